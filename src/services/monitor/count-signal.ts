/** A signal that counts: so many events a second, or so many of a hundred requests. */
import { CountBaseline, type Expected } from './count-baseline.ts';
import { type Direction, type Judgement, unknown } from './judgement.ts';
import { SlidingSums, type Stretch } from './sliding.ts';
import { countDeviation } from './statistics.ts';

/** What is a fault. */
export interface CountRule {
  readonly direction: Direction;
  /** Up: fewer events are no fault. Down: where fewer are expected, a lack of them is none. */
  readonly leastCount: number;
  /** Up: so many times as much as is usual. Down: so much of it. */
  readonly factor: number;
  /** The lowest rate of a unit of exposure to believe in. */
  readonly leastRate: number;
}

/**
 * Seconds over which it is counted. A sharp change shows in three; seven are what there is time for within ten seconds; small
 * sites and slow changes need minutes.
 */
const stretches = [3, 7, 60, 600];
/** The stretch of which the rate is shown. */
const shown = 1;

/** Judges every second over several stretches at once, and keeps the worst. */
export class CountSignal {
  readonly rule: CountRule;
  readonly #baseline: CountBaseline;
  readonly #sums = new SlidingSums(stretches);

  constructor(rule: CountRule, saved?: unknown) {
    this.rule = rule;
    this.#baseline = new CountBaseline(rule.leastRate, saved);
  }

  /** Takes a closed second that begins at `at`, and judges it. `exposure` is a second, or the requests in it. */
  judge(at: number, count: number, exposure: number): Judgement {
    this.#sums.push(count, exposure);
    const recent = this.#sums.stretches[shown];
    const value = recent && recent.exposure > 0 ? recent.count / recent.exposure : null;
    const expected = this.#baseline.at(at);
    if (!expected) return { ...unknown, value };
    let worst = { deviation: 0, isGrave: false };
    for (const stretch of this.#sums.stretches) {
      const one = this.#off(stretch, expected);
      if (
        Number(one.isGrave) - Number(worst.isGrave) > 0 ||
        (one.isGrave === worst.isGrave && one.deviation > worst.deviation)
      )
        worst = one;
    }
    return { value, expected: expected.rate, ...worst };
  }

  /** Learns from a closed window of ten seconds. */
  learn(at: number, count: number, exposure: number): void {
    this.#baseline.learn(at, count, exposure);
  }

  /** Goes on after time that was not observed. */
  interrupt(): void {
    this.#sums.clear();
    this.#baseline.interrupt();
  }

  /** How much of the day's shape is known, 0 to 1. */
  get known(): number {
    return this.#baseline.season.known;
  }

  /** Whether anything is usual yet, and by what. */
  sourceAt(at: number): 'season' | 'recent' | null {
    return this.#baseline.at(at)?.from ?? null;
  }

  toJson(): unknown {
    return this.#baseline.season.toJson();
  }

  #off({ count, exposure }: Stretch, { rate, band, dispersion }: Expected) {
    const { direction, leastCount, factor } = this.rule;
    const usual = rate * exposure;
    if (direction === 'up') {
      const deviation = Math.max(0, countDeviation(count, usual * band, dispersion));
      return { deviation, isGrave: count >= leastCount && count >= usual * factor };
    }
    const deviation = Math.max(0, -countDeviation(count, usual / band, dispersion));
    return { deviation, isGrave: usual >= leastCount && count <= usual * factor };
  }
}
