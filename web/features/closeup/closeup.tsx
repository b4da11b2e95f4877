import { ArrowLeft, ScanSearch } from 'lucide-preact';
import type { PinView } from '#services/pins/contract';
import { goBack } from '../../shared/nav/location.ts';
import { Picture } from '../../shared/pin/picture.tsx';
import { pinName } from '../../shared/pin/pin-name.ts';
import { usePinTools } from '../../shared/pin/pin-tools.ts';
import { seen } from '../../shared/pin/walk.ts';
import { Button } from '../../shared/ui/button.tsx';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import { PinMenu } from './pin-menu.tsx';
import { PinWords } from './pin-words.tsx';
import { useCloseupKeys } from './use-closeup-keys.ts';
import { useLens } from './use-lens.ts';
import { useSwipeBack } from './use-swipe-back.ts';

/** The pin. */
export interface CloseupProps {
  readonly pin: PinView;
}

interface StageProps extends CloseupProps {
  readonly onLens: () => void;
}

const sizes = '(max-width: 860px) 100vw, 640px';

function Stage({ pin, onLens }: StageProps) {
  const { width, height } = pin.picture;
  const shape = `--ratio:${height > 0 ? width / height : 1};--natural:${width}px`;
  return (
    <figure class="closeup-stage" style={shape} {...useSwipeBack()}>
      <div class="closeup-picture" data-closeup-picture>
        <Picture
          picture={pin.picture}
          alt={pinName(pin)}
          sizes={sizes}
          most={1200}
          atHand={seen.get(pin.id)}
          eager
        />
      </div>
      <Button class="closeup-lens" onClick={onLens}>
        <ScanSearch size={20} aria-hidden="true" />
        Search in this picture
      </Button>
    </figure>
  );
}

/** One pin large: its picture, and beside it the words and the acts. */
export function Closeup({ pin }: CloseupProps) {
  const tools = usePinTools();
  const lens = useLens(pin.id);
  useCloseupKeys(pin, lens.open);
  return (
    <article class="closeup" data-closeup={pin.id}>
      <Stage pin={pin} onLens={lens.open} />
      <div class="closeup-side">
        <div class="closeup-acts">
          <IconButton label="Back" onClick={() => goBack()}>
            <ArrowLeft size={22} aria-hidden="true" class="mirrored" />
          </IconButton>
          <PinMenu pin={pin} />
          <span class="spring" />
          {tools && <tools.SaveControl pin={pin} />}
        </div>
        <PinWords pin={pin} />
      </div>
      {lens.isOpen && tools && <tools.Lens pin={pin} onClose={lens.close} />}
    </article>
  );
}
