/** What a signal says of one second. */

/** Which side is a fault. */
export type Direction = 'up' | 'down';

/** One second of a signal, judged. */
export interface Judgement {
  /** What is, and what is usual, in the signal's unit; null while not known. */
  readonly value: number | null;
  readonly expected: number | null;
  /** How far off it is to the side of the fault, in standard deviations beyond what is tolerated; null while nothing is usual yet. */
  readonly deviation: number | null;
  /** Whether this is enough to be a fault at all: not a few events, not a few per cent. */
  readonly isGrave: boolean;
}

/** Nothing is known, or nothing happened. */
export const unknown: Judgement = { value: null, expected: null, deviation: null, isGrave: false };
