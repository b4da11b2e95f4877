/** What a job's failure means: whether to try again, when, and what its submitter may read. */
import { PinakesError } from '#kernel/errors';
import { type Backoff, GiveUpError } from './contract.ts';

/** What a failure means. */
export interface Verdict {
  /** For the submitter; never the text of an internal fault. */
  readonly message: string;
  readonly retry: boolean;
  /** A fault of Pinakes' own, to be logged whole. */
  readonly internal: boolean;
}

/** Judges what a handler threw. */
export function judge(error: unknown): Verdict {
  if (error instanceof GiveUpError) return { message: error.message, retry: false, internal: false };
  if (error instanceof PinakesError) {
    return { message: error.message, retry: error.code === 'unavailable', internal: false };
  }
  return { message: 'internal error', retry: true, internal: true };
}

/** Milliseconds to wait after the `tried`-th try: doubles up to the cap, then cut by up to a half at random so that jobs that failed together do not return together. */
export function backoffMs(
  tried: number,
  { baseMs, capMs }: Backoff,
  random: () => number = Math.random,
): number {
  const whole = Math.min(capMs, baseMs * 2 ** Math.max(0, tried - 1));
  return Math.round(whole * (1 - random() / 2));
}
