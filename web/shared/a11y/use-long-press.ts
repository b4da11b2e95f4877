import { useRef } from 'preact/hooks';

const holdMs = 450;
const slack = 10;

/** Handlers that call `act` when a finger rests for a moment; the click that would follow is swallowed. */
export function useLongPress(act: () => void) {
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number; done: boolean } | null>(
    null,
  );
  const cancel = () => {
    if (press.current) clearTimeout(press.current.timer);
  };
  return {
    onPointerDown(event: PointerEvent) {
      if (event.pointerType !== 'touch') return;
      const timer = setTimeout(() => {
        if (press.current) press.current.done = true;
        act();
      }, holdMs);
      press.current = { timer, x: event.clientX, y: event.clientY, done: false };
    },
    onPointerMove(event: PointerEvent) {
      const from = press.current;
      if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > slack) cancel();
    },
    onPointerUp: cancel,
    onPointerCancel: cancel,
    onContextMenu(event: Event) {
      if (press.current?.done) event.preventDefault();
    },
    onClickCapture(event: Event) {
      if (!press.current?.done) return;
      press.current = null;
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
