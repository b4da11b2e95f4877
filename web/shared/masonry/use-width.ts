import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

let lastWidth: number | null = null;

/**
 * The width of an element in pixels, followed as it changes. Null until known, which is only at the very
 * first paint: later pages start from the last width of a page's grid.
 */
export function useWidth(element: RefObject<HTMLElement>, isPage: boolean): number | null {
  const [width, setWidth] = useState(isPage ? lastWidth : null);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    const measure = () => {
      const found = target.getBoundingClientRect().width;
      if (found === 0) return;
      if (isPage) lastWidth = found;
      setWidth(found);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    return () => observer.disconnect();
  }, [element, isPage]);
  return width;
}
