/** Long work in turns, so that the event loop is never held for long. */
import { setImmediate } from 'node:timers/promises';

/** Milliseconds that work may hold the event loop. */
export const turnMs = 6;

/**
 * Lets a long loop give way: `await pause()` in every round lets others run once `turnMs` are over
 * since the last time, and costs next to nothing before.
 */
export function turns(): () => Promise<void> | undefined {
  let until = performance.now() + turnMs;
  return () => {
    if (performance.now() < until) return undefined;
    return setImmediate().then(() => {
      until = performance.now() + turnMs;
    });
  };
}
