import { useEffect, useRef } from 'preact/hooks';
import type { PinView } from '#services/pins/contract';
import { Picture } from '../../shared/pin/picture.tsx';
import { pinName } from '../../shared/pin/pin-name.ts';
import { type Box, corners, keyed } from './crop-geometry.ts';
import { useDrag } from './use-drag.ts';

/** The frame over the picture. */
export interface CropFrameProps {
  readonly pin: PinView;
  readonly box: Box;
  readonly onChange: (box: Box) => void;
}

const percent = (value: number) => `${Math.round(value * 1000) / 10}%`;

function spoken({ x, y, width, height }: Box): string {
  const part = (value: number) => `${Math.round(value * 100)} %`;
  return `${part(width)} wide, ${part(height)} high, ${part(x)} from the left, ${part(y)} from the top`;
}

function placeOf(box: Box): string {
  return `left:${percent(box.x)};top:${percent(box.y)};width:${percent(box.width)};height:${percent(box.height)}`;
}

/** The picture, dimmed but for the frame that is dragged over it. */
export function CropFrame({ pin, box, onChange }: CropFrameProps) {
  const stage = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const drag = useDrag(stage, box, onChange);
  useEffect(() => frame.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = keyed(box, event.key, event.shiftKey);
    if (!next) return;
    event.preventDefault();
    onChange(next);
  };
  const { width, height } = pin.picture;
  return (
    <div class="lens-picture" ref={stage} style={`--ratio:${height > 0 ? width / height : 1}`}>
      <Picture
        picture={pin.picture}
        alt={pinName(pin)}
        sizes="(max-width: 860px) 100vw, 60vw"
        most={1200}
        eager
      />
      {/* biome-ignore lint/a11y/useSemanticElements: no element is a frame that moves */}
      <div
        ref={frame}
        class="lens-frame"
        style={placeOf(box)}
        role="group"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move it
        tabIndex={0}
        aria-label={`Search frame, ${spoken(box)}. Arrows move it, Shift and arrows resize it.`}
        onKeyDown={onKeyDown}
        {...drag}
      >
        {corners.map((corner) => (
          <span key={corner} class={`lens-corner lens-corner-${corner}`} data-corner={corner} />
        ))}
      </div>
    </div>
  );
}
