/**
 * What count to expect. The shape of the day comes from `Season`; today's level against it from the last twenty minutes or
 * so, so that a day that is busier than others is no alarm. Before the shape is known, the last minutes alone are the
 * measure, with more tolerance, and nothing is expected before they are half an hour.
 */
import { quarterOf, Season } from './season.ts';
import { within } from './statistics.ts';

/** What is to be expected of a unit of exposure. */
export interface Expected {
  readonly rate: number;
  /** The true rate may be so many times higher or lower and still be usual; over 1. */
  readonly band: number;
  /** Variance of counts over their mean; 1 or more. */
  readonly dispersion: number;
  readonly from: 'season' | 'recent';
}

const windowMs = 10_000;
const halfLifeMs = 20 * 60 * 1000;
const fading = 0.5 ** (windowMs / halfLifeMs);
/** Windows of ten seconds before the last minutes tell anything. */
const windowsNeeded = 180;
/** Windows of which a quarter of an hour must consist to be remembered. */
const windowsOfQuarter = 30;
/** Weighs the shape of other days against few counts of today. */
const trustInShape = 20;
const mostDispersion = 20;

/** One quarter of an hour while it goes on. */
interface Current {
  readonly quarter: number;
  windows: number;
  count: number;
  exposure: number;
  /** Sum of count² over exposure. */
  squares: number;
}

const current = (quarter: number): Current => ({ quarter, windows: 0, count: 0, exposure: 0, squares: 0 });

/** Pearson's estimate of variance over mean. */
function dispersionOf({ windows, count, exposure, squares }: Current): number {
  // Too few to tell chance from bursts.
  if (count < windows / 4) return 1;
  return within(1, (squares / (count / exposure) - count) / (windows - 1), mostDispersion);
}

/** Learns from windows of ten seconds. `least` is the lowest rate that it believes in. */
export class CountBaseline {
  readonly season: Season;
  readonly #least: number;
  #current: Current = current(-1);
  #windows = 0;
  #count = 0;
  #exposure = 0;
  /** What was counted while the shape of the day was known, and what it expected of the same windows. */
  #seen = 0;
  #shaped = 0;

  constructor(least: number, saved?: unknown) {
    this.#least = least;
    this.season = new Season(saved);
  }

  /** Takes a window that begins at `at`; those that something is wrong with are not to be learnt from. */
  learn(at: number, count: number, exposure: number): void {
    const quarter = quarterOf(at);
    if (quarter !== this.#current.quarter) this.#turn(quarter);
    if (exposure <= 0) return;
    const now = this.#current;
    now.windows += 1;
    now.count += count;
    now.exposure += exposure;
    now.squares += count ** 2 / exposure;
    this.#windows += 1;
    this.#count = this.#count * fading + count;
    this.#exposure = this.#exposure * fading + exposure;
    const usual = this.season.at(at);
    this.#seen = this.#seen * fading + (usual ? count : 0);
    this.#shaped = this.#shaped * fading + (usual ? usual.level * exposure : 0);
  }

  /** What to expect at a moment; undefined while nothing is known. */
  at(moment: number): Expected | undefined {
    const usual = this.season.at(moment);
    if (usual) {
      const level = within(0.4, (this.#seen + trustInShape) / (this.#shaped + trustInShape), 2.5);
      const rate = Math.max(this.#least, usual.level * level);
      return {
        rate,
        band: Math.exp(2 * within(0.1, usual.spread, 0.35)),
        dispersion: Math.max(1, usual.scatter),
        from: 'season',
      };
    }
    if (this.#windows < windowsNeeded || this.#exposure === 0) return undefined;
    return {
      rate: Math.max(this.#least, this.#count / this.#exposure),
      band: 2,
      dispersion: 2,
      from: 'recent',
    };
  }

  /** Goes on after time that was not observed. */
  interrupt(): void {
    this.#current = current(-1);
    this.#windows = 0;
    this.#count = 0;
    this.#exposure = 0;
    this.#seen = 0;
    this.#shaped = 0;
  }

  #turn(quarter: number): void {
    const over = this.#current;
    if (over.windows >= windowsOfQuarter)
      this.season.learn(over.quarter, over.count / over.exposure, dispersionOf(over));
    this.#current = current(quarter);
  }
}
