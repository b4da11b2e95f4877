import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { entry } from '../nav/location.ts';
import { type Stretch, stretchAround } from './window.ts';

function firstStretch(): Stretch {
  if (typeof window === 'undefined') return { from: 0, to: 0 };
  return stretchAround(entry.peek().scroll, window.innerHeight);
}

function seenOf(element: HTMLElement, scroller: HTMLElement | null): Stretch {
  const { top } = element.getBoundingClientRect();
  if (!scroller) return stretchAround(-top, window.innerHeight);
  return stretchAround(scroller.getBoundingClientRect().top - top, scroller.clientHeight);
}

/** The stretch of an element that is worth drawing, followed while `scroller` (the window when null) scrolls. */
export function useStretch(element: RefObject<HTMLElement>, scroller: HTMLElement | null): Stretch {
  const [stretch, setStretch] = useState(firstStretch);
  useLayoutEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      if (!element.current) return;
      const next = seenOf(element.current, scroller);
      setStretch((now) => (now.from === next.from && now.to === next.to ? now : next));
    };
    const later = () => {
      frame ||= requestAnimationFrame(look);
    };
    const source = scroller ?? window;
    source.addEventListener('scroll', later, { passive: true });
    window.addEventListener('resize', later, { passive: true });
    later();
    return () => {
      cancelAnimationFrame(frame);
      source.removeEventListener('scroll', later);
      window.removeEventListener('resize', later);
    };
  }, [element, scroller]);
  return stretch;
}
