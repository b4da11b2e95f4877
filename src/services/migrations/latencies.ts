/** Milliseconds by bucket: quantiles of any number of them in a few kilobytes, 5 % off at most. */
import type { LatencySummary } from './contract.ts';

const base = 1.05;
/** The upper end of the first bucket. */
const least = 0.001;
const buckets = 400;

/** How many durations fell into which buckets: pairs, empty buckets left out. */
export type BucketCounts = [bucket: number, count: number][];

/** Buckets a duration falls into, each 5 % wider than the one before; the last takes all that is longer than 5 minutes. */
export class Latencies {
  readonly #counts: Uint32Array = new Uint32Array(buckets);
  #count = 0;

  constructor(counts: BucketCounts = []) {
    for (const [at, count] of counts) {
      this.#counts[at] = (this.#counts[at] ?? 0) + count;
      this.#count += count;
    }
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Takes note of one. Cost: 30 ns. */
  add(ms: number): void {
    const at = ms <= least ? 0 : Math.min(buckets - 1, Math.ceil(Math.log(ms / least) / Math.log(base)));
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#count += 1;
  }

  /** What a share of them stays below; 0 where there are none. */
  quantile(share: number): number {
    let left = Math.ceil(share * this.#count);
    for (let at = 0; at < buckets && left > 0; at += 1) {
      left -= this.#counts[at] ?? 0;
      if (left <= 0) return least * base ** at;
    }
    return 0;
  }

  /** Starts over. */
  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
  }

  /** All of them, to be kept and given to the constructor again. */
  counts(): BucketCounts {
    return [...this.#counts.entries()].filter(([, count]) => count > 0);
  }

  /** The whole in short. */
  summary(): LatencySummary {
    const round = (ms: number) => Number(ms.toPrecision(3));
    return { reads: this.#count, p50_ms: round(this.quantile(0.5)), p99_ms: round(this.quantile(0.99)) };
  }
}
