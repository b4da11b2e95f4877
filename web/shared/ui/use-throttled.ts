import { useEffect, useRef, useState } from 'preact/hooks';

/** A value followed at most once in a while: at once when it has been quiet, and never missing the last one. */
export function useThrottled<T>(value: T, pauseMs: number): T {
  const [shown, setShown] = useState(value);
  const last = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, last.current + pauseMs - Date.now());
    const timer = setTimeout(() => {
      last.current = Date.now();
      setShown(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return shown;
}
