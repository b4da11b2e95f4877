import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import { type Box, type Corner, moved, resized } from './crop-geometry.ts';

interface Drag {
  readonly from: Box;
  readonly x: number;
  readonly y: number;
  readonly corner: Corner | null;
}

function cornerOf(target: EventTarget | null): Corner | null {
  const name = target instanceof HTMLElement ? target.dataset['corner'] : undefined;
  return name === 'nw' || name === 'ne' || name === 'sw' || name === 'se' ? name : null;
}

/** Handlers that drag the frame, or one of its corners, over `stage`. */
export function useDrag(stage: RefObject<HTMLElement>, box: Box, setBox: (box: Box) => void) {
  const drag = useRef<Drag | null>(null);
  const end = () => {
    drag.current = null;
  };
  return {
    onPointerDown(event: PointerEvent & { currentTarget: HTMLElement }) {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { from: box, x: event.clientX, y: event.clientY, corner: cornerOf(event.target) };
    },
    onPointerMove(event: PointerEvent) {
      const { current } = drag;
      const size = stage.current?.getBoundingClientRect();
      if (!current || !size) return;
      const dx = (event.clientX - current.x) / size.width;
      const dy = (event.clientY - current.y) / size.height;
      setBox(current.corner ? resized(current.from, current.corner, dx, dy) : moved(current.from, dx, dy));
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
