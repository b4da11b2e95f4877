/** The shape of a day, learnt from the last days: for each quarter of an hour what was usual, and how far days differ. */
import { median, robustDeviation, rounded } from './statistics.ts';

/** One quarter of an hour of one day: its level, and how much values scattered within it. */
export type Quarter = readonly [level: number, scatter: number];

/** What is usual at a time of day. */
export interface Usual {
  readonly level: number;
  readonly scatter: number;
  /** How far days differ, as a share of the level. */
  readonly spread: number;
}

const quarterMs = 15 * 60 * 1000;
const quarters = 96;
const daysKept = 7;
/** Days of which a quarter must be known before anything is called usual. */
const daysNeeded = 2;

/** Which quarter of which day, in UTC: counted from the epoch. */
export function quarterOf(at: number): number {
  return Math.floor(at / quarterMs);
}

/** Keeps seven days. Median over days, so that one strange day is none. Times of day are of UTC. */
export class Season {
  readonly #days: Quarter[][] = Array.from({ length: quarters }, () => []);
  readonly #usual = new Map<number, Usual | undefined>();

  /** Takes what `toJson` gave; anything else is no memory. */
  constructor(saved?: unknown) {
    if (!Array.isArray(saved) || saved.length !== quarters) return;
    for (const [i, quarter] of saved.entries()) {
      const days = Array.isArray(quarter) ? quarter.filter(isQuarter) : [];
      this.#days[i] = days.slice(-daysKept);
    }
  }

  /** Remembers a quarter, counted from the epoch, when it is over. */
  learn(quarter: number, level: number, scatter: number): void {
    const at = quarter % quarters;
    this.#usual.delete(at);
    const days = this.#days[at] ?? [];
    days.push([rounded(level), rounded(scatter)]);
    if (days.length > daysKept) days.shift();
  }

  /** What is usual at a moment, between the middles of two quarters; undefined while too few days are known. */
  at(moment: number): Usual | undefined {
    const position = moment / quarterMs - 0.5;
    const before = Math.floor(position);
    const [a, b] = [this.#usualIn(before), this.#usualIn(before + 1)];
    if (!a || !b) return undefined;
    const share = position - before;
    const between = (from: number, to: number) => from + (to - from) * share;
    return {
      level: between(a.level, b.level),
      scatter: between(a.scatter, b.scatter),
      spread: between(a.spread, b.spread),
    };
  }

  /** The share of quarters that are known well enough, 0 to 1. */
  get known(): number {
    return this.#days.filter((days) => days.length >= daysNeeded).length / quarters;
  }

  toJson(): Quarter[][] {
    return this.#days;
  }

  #usualIn(quarter: number): Usual | undefined {
    const at = ((quarter % quarters) + quarters) % quarters;
    const known = this.#usual.get(at);
    if (known) return known;
    const days = this.#days[at] ?? [];
    if (days.length < daysNeeded) return undefined;
    const levels = days.map(([level]) => level);
    const level = median(levels);
    const spread = level > 0 ? robustDeviation(levels, level) / level : 0;
    const usual = { level, scatter: median(days.map(([, scatter]) => scatter)), spread };
    this.#usual.set(at, usual);
    return usual;
  }
}

function isQuarter(value: unknown): value is Quarter {
  return Array.isArray(value) && value.length === 2 && value.every((one) => Number.isFinite(one));
}
