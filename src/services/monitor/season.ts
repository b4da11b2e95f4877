/**
 * The shape of a day, learnt from the last days: for each quarter of an hour what was usual, and how far days differ. Once a day of
 * the week is known from several weeks, its own shape: whatever days are other ones, wherever that is.
 */
import { median, robustDeviation, rounded } from './statistics.ts';

/** One quarter of an hour of one day: its level, how much values scattered within it, and which day, counted from the epoch. */
export type Quarter = readonly [level: number, scatter: number, day: number];

/** What is usual at a time of day. */
export interface Usual {
  readonly level: number;
  readonly scatter: number;
  /** How far days differ, as a share of the level. */
  readonly spread: number;
}

const quarterMs = 15 * 60 * 1000;
const quarters = 96;
const quartersOfWeek = 7 * quarters;
/** Four weeks. */
const daysKept = 28;
/** Days that make the shape of a day where the day of the week is not known well enough. */
const daysOfShape = 7;
/** Weeks of which a day of the week must be known to have a shape of its own. */
const weeksNeeded = 2;
/** Of a memory that did not say which day it was. */
const unknownDay = -1;
/** Days of which a quarter must be known before anything is called usual. */
const daysNeeded = 2;

/** Which quarter of which day, in UTC: counted from the epoch. */
export function quarterOf(at: number): number {
  return Math.floor(at / quarterMs);
}

/** Keeps four weeks. Median over days, so that one strange day is none. Times of day, and days of the week, are of UTC. */
export class Season {
  readonly #days: Quarter[][] = Array.from({ length: quarters }, () => []);
  readonly #usual = new Map<number, Usual | undefined>();

  /** Takes what `toJson` gave; anything else is no memory. */
  constructor(saved?: unknown) {
    if (!Array.isArray(saved) || saved.length !== quarters) return;
    for (const [i, quarter] of saved.entries()) {
      const days: unknown[] = Array.isArray(quarter) ? quarter : [];
      this.#days[i] = days
        .map(quarterIn)
        .filter((day) => day !== undefined)
        .slice(-daysKept);
    }
  }

  /** Remembers a quarter, counted from the epoch, when it is over. */
  learn(quarter: number, level: number, scatter: number): void {
    const at = quarter % quarters;
    for (let same = at; same < quartersOfWeek; same += quarters) this.#usual.delete(same);
    const days = this.#days[at] ?? [];
    days.push([rounded(level), rounded(scatter), Math.floor(quarter / quarters)]);
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
    const at = ((quarter % quartersOfWeek) + quartersOfWeek) % quartersOfWeek;
    const known = this.#usual.get(at);
    if (known) return known;
    const days = this.#days[at % quarters] ?? [];
    const alike = days.filter(([, , day]) => isSameWeekday(day, quarter));
    const usual = alike.length >= weeksNeeded ? usualOf(alike, days) : usualOf(days.slice(-daysOfShape));
    if (usual) this.#usual.set(at, usual);
    return usual;
  }
}

const isSameWeekday = (day: number, quarter: number): boolean =>
  day !== unknownDay && (Math.floor(quarter / quarters) - day) % 7 === 0;

/** Levels as shares of what is usual on their days of the week. */
function sharesOf(days: readonly Quarter[]): number[] {
  const known = days.filter(([, , day]) => day !== unknownDay);
  return [...Map.groupBy(known, ([, , day]) => day % 7).values()]
    .filter((alike) => alike.length >= weeksNeeded)
    .flatMap((alike) => {
      const middle = median(alike.map(([level]) => level));
      return middle > 0 ? alike.map(([level]) => level / middle) : [];
    });
}

/**
 * What is usual by some days; undefined where they are too few. The days of one weekday are too few to tell how far days differ:
 * all days of the weeks they are of tell it, each against its own weekday.
 */
function usualOf(days: readonly Quarter[], weeks?: readonly Quarter[]): Usual | undefined {
  if (days.length < daysNeeded) return undefined;
  const levels = days.map(([level]) => level);
  const level = median(levels);
  const shares = weeks ? sharesOf(weeks) : level > 0 ? levels.map((one) => one / level) : [];
  return {
    level,
    scatter: median(days.map(([, scatter]) => scatter)),
    spread: shares.length > 0 ? robustDeviation(shares, 1) : 0,
  };
}

/** What a memory holds of a quarter; undefined when it is none. */
function quarterIn(value: unknown): Quarter | undefined {
  if (!Array.isArray(value) || !value.every((one) => Number.isFinite(one))) return undefined;
  const [level, scatter, day = unknownDay] = value as number[];
  return level === undefined || scatter === undefined ? undefined : [level, scatter, day];
}
