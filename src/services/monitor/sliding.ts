/** Sums over the last seconds, for several lengths of time at once. */

/** What happened in so many seconds, and how much could have. */
export interface Stretch {
  readonly seconds: number;
  count: number;
  exposure: number;
}

/** Keeps as many seconds as the longest stretch. Cost of a second: one addition and one subtraction a stretch. */
export class SlidingSums {
  readonly stretches: readonly Stretch[];
  readonly #counts: Float64Array;
  readonly #exposures: Float64Array;
  #seen = 0;

  constructor(seconds: readonly number[]) {
    this.stretches = seconds.map((length) => ({ seconds: length, count: 0, exposure: 0 }));
    const longest = Math.max(...seconds);
    this.#counts = new Float64Array(longest);
    this.#exposures = new Float64Array(longest);
  }

  /** Takes the next second. */
  push(count: number, exposure: number): void {
    const slots = this.#counts.length;
    for (const stretch of this.stretches) {
      const out = this.#seen - stretch.seconds;
      const isFull = out >= 0;
      stretch.count += count - (isFull ? (this.#counts[out % slots] ?? 0) : 0);
      stretch.exposure += exposure - (isFull ? (this.#exposures[out % slots] ?? 0) : 0);
    }
    this.#counts[this.#seen % slots] = count;
    this.#exposures[this.#seen % slots] = exposure;
    this.#seen += 1;
  }

  /** Forgets all seconds. */
  clear(): void {
    this.#seen = 0;
    for (const stretch of this.stretches) {
      stretch.count = 0;
      stretch.exposure = 0;
    }
  }
}
