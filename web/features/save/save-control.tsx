import { ChevronDown } from 'lucide-preact';
import { useKeys } from '../../shared/a11y/use-keys.ts';
import type { PinProps } from '../../shared/pin/pin-tools.ts';
import { Button } from '../../shared/ui/button.tsx';
import { SaveButton } from './save-button.tsx';
import { useSaveTarget } from './use-save-target.ts';

/** Save with the choice of a board, beside an open pin; S saves. */
export function SaveControl({ pin }: PinProps) {
  const target = useSaveTarget(pin);
  useKeys({ s: target.save });
  return (
    <div class="save-control">
      <Button
        onClick={(event) => target.choose(event.currentTarget)}
        aria-label={`Choose a board, now ${target.board?.name ?? 'none'}`}
      >
        <span class="save-board">{target.board?.name ?? 'Choose a board'}</span>
        <ChevronDown size={18} aria-hidden="true" />
      </Button>
      <SaveButton target={target} />
    </div>
  );
}
