import { useRef } from 'preact/hooks';
import { goBack } from '../../shared/nav/location.ts';

const far = 90;
const straight = 60;

/** Handlers that go back when a finger wipes the picture aside. */
export function useSwipeBack() {
  const from = useRef<{ x: number; y: number } | null>(null);
  return {
    onTouchStart(event: TouchEvent) {
      const [touch] = event.touches;
      from.current = touch && event.touches.length === 1 ? { x: touch.clientX, y: touch.clientY } : null;
    },
    onTouchEnd(event: TouchEvent) {
      const [touch] = event.changedTouches;
      const start = from.current;
      from.current = null;
      if (!touch || !start) return;
      const isAside = Math.abs(touch.clientX - start.x) > far && Math.abs(touch.clientY - start.y) < straight;
      if (isAside && window.visualViewport?.scale === 1) goBack();
    },
  };
}
