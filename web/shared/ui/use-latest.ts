import { useRef } from 'preact/hooks';

/** A function that stays the same and calls the latest `act`. */
export function useLatest<A extends readonly unknown[], R>(act: (...args: A) => R): (...args: A) => R {
  const latest = useRef(act);
  latest.current = act;
  return useRef((...args: A) => latest.current(...args)).current;
}
