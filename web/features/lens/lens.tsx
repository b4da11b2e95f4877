import { X } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { LensProps } from '../../shared/pin/pin-tools.ts';
import { IconButton } from '../../shared/ui/icon-button.tsx';
import { useModal } from '../../shared/ui/use-modal.ts';
import { CropFrame } from './crop-frame.tsx';
import { type Box, firstBox } from './crop-geometry.ts';
import { LensResults } from './lens-results.tsx';

const lastBoxes = new Map<string, Box>();

/** Search in a part of a picture: a frame to drag, and what looks like it beside. */
export function Lens({ pin, onClose }: LensProps) {
  const { element, handlers } = useModal(onClose);
  const [box, setBox] = useState(lastBoxes.get(pin.id) ?? firstBox);
  const change = (next: Box) => {
    lastBoxes.set(pin.id, next);
    setBox(next);
  };
  return (
    <dialog ref={element} class="lens" aria-label="Search in this picture" {...handlers}>
      <div class="lens-stage">
        <CropFrame pin={pin} box={box} onChange={change} />
        <IconButton look="glass" class="lens-close" label="Close the lens" onClick={onClose}>
          <X size={22} aria-hidden="true" />
        </IconButton>
      </div>
      <LensResults pinId={pin.id} box={box} />
    </dialog>
  );
}
