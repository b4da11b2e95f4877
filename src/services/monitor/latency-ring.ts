/** Percentiles of the last seconds, from buckets each 10 % wider than the one before: 5 % off at most. */

const base = 1.1;
/** The upper end of the first bucket, in milliseconds. */
const least = 0.1;
/** The last bucket takes all that is longer than two minutes. */
const buckets = 150;
const slots = 64;

const bucketOf = (ms: number): number =>
  ms <= least ? 0 : Math.min(buckets - 1, Math.ceil(Math.log(ms / least) / Math.log(base)));

/** The durations of a stretch of time. */
export class Latencies {
  readonly counts = new Uint32Array(buckets);
  count = 0;

  /** What a share of them stays below, in milliseconds; null of none. */
  quantile(share: number): number | null {
    let left = Math.ceil(share * this.count);
    for (let bucket = 0; bucket < buckets && left > 0; bucket += 1) {
      left -= this.counts[bucket] ?? 0;
      if (left <= 0) return Number((least * base ** bucket).toPrecision(3));
    }
    return null;
  }

  /** How many took longer. */
  longerThan(ms: number): number {
    let longer = 0;
    for (let bucket = bucketOf(ms) + 1; bucket < buckets; bucket += 1) longer += this.counts[bucket] ?? 0;
    return longer;
  }

  /** Takes those of a second in, or out again. */
  merge(second: Uint32Array, sign: 1 | -1): void {
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const one = sign * (second[bucket] ?? 0);
      this.counts[bucket] = (this.counts[bucket] ?? 0) + one;
      this.count += one;
    }
  }

  clear(): void {
    this.counts.fill(0);
    this.count = 0;
  }
}

/** Keeps a minute, in 40 kB. Seconds are closed in order, one by one. */
export class LatencyRing {
  /** The last ten closed seconds, and the last sixty. */
  readonly ten = new Latencies();
  readonly sixty = new Latencies();
  readonly #rows = Array.from({ length: slots }, () => new Uint32Array(buckets));
  readonly #seconds = new Float64Array(slots).fill(-1);

  /** Takes note of a duration that ended at `at`. Cost: 30 ns. */
  add(at: number, ms: number): void {
    const second = Math.floor(at / 1000);
    const row = this.#row(second);
    if (this.#seconds[second % slots] !== second) {
      this.#seconds[second % slots] = second;
      row.fill(0);
    }
    const bucket = bucketOf(ms);
    row[bucket] = (row[bucket] ?? 0) + 1;
  }

  /** Closes the second that began at `at`. */
  close(at: number): void {
    const second = Math.floor(at / 1000);
    for (const [latencies, length] of [
      [this.ten, 10],
      [this.sixty, 60],
    ] as const) {
      if (this.#knows(second)) latencies.merge(this.#row(second), 1);
      if (this.#knows(second - length)) latencies.merge(this.#row(second - length), -1);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#seconds.fill(-1);
    this.ten.clear();
    this.sixty.clear();
  }

  #knows(second: number): boolean {
    return this.#seconds[second % slots] === second;
  }

  #row(second: number): Uint32Array {
    return this.#rows[second % slots] as Uint32Array;
  }
}
