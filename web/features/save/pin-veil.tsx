import { ChevronDown, Images, ScanSearch } from 'lucide-preact';
import { go } from '../../shared/nav/location.ts';
import type { PinProps } from '../../shared/pin/pin-tools.ts';
import { useOpenPin } from '../../shared/pin/use-open-pin.ts';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import { SaveButton } from './save-button.tsx';
import { useSaveTarget } from './use-save-target.ts';

interface BoardPillProps {
  readonly name: string;
  readonly onChoose: (from: Element) => void;
}

function BoardPill({ name, onChoose }: BoardPillProps) {
  return (
    <button
      type="button"
      class="board-pill"
      aria-label={`Choose a board, now ${name}`}
      onClick={(event) => onChoose(event.currentTarget)}
    >
      <span>{name}</span>
      <ChevronDown size={18} aria-hidden="true" />
    </button>
  );
}

/** The acts over a tile. */
export function PinVeil({ pin }: PinProps) {
  const target = useSaveTarget(pin);
  const open = useOpenPin([pin]);
  return (
    <div class="veil">
      <div class="veil-row">
        <BoardPill name={target.board?.name ?? 'Board'} onChoose={target.choose} />
        <SaveButton target={target} />
      </div>
      <div class="veil-row veil-end">
        <IconButton
          look="glass"
          label="More like this"
          onClick={() => void go(`/search/picture?pin=${pin.id}`)}
        >
          <Images size={20} aria-hidden="true" />
        </IconButton>
        <IconButton look="glass" label="Search in this picture" onClick={() => open(pin, null, '?lens')}>
          <ScanSearch size={20} aria-hidden="true" />
        </IconButton>
      </div>
    </div>
  );
}
