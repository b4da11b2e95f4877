/**
 * How fast to copy, so that people do not notice.
 *
 * After each piece of work as much time is left to others as a factor says. Every few seconds all
 * work rests for a moment, so that reads with and without it can be told apart, whatever else the
 * machine does: when the 99th percentile of those beside the work nears twice that of the others,
 * the factor doubles; while it is well, the factor goes down again, little by little.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Latencies } from './latencies.ts';

/** Time left to others, as a multiple of the time that work took: at the least, at first, and at most. */
const factors = { least: 0.2, first: 2, most: 60 } as const;

const longestRestMs = 1000;
/** How long work goes on, and how long it rests; the first reads of a rest still feel the work. */
const workMs = 3600;
const restMs = 400;
const settleMs = 50;
/** Fewer reads say nothing about their 99th percentile. */
const leastReads = 200;
/** How many times slower reads may become before the pace slows down; below the other, it quickens again. */
const slowAt = 1.5;
const quickBelow = 1.25;
/** So many rests are looked at together. */
const rests = 5;

/** The pace of one migration. */
export class Pacer {
  readonly #before: Latencies;
  readonly #now: () => number;
  readonly #working = new Latencies();
  #resting: Latencies[] = [new Latencies()];
  #restAt: number;
  #factor: number = factors.first;

  /** `before`: reads before anything was copied. `now`: milliseconds that go up. */
  constructor(before: Latencies, now = () => performance.now()) {
    this.#before = before;
    this.#now = now;
    this.#restAt = now() + workMs;
  }

  /** Time left to others after work, as a multiple of the time that it took. */
  get factor(): number {
    return this.#factor;
  }

  /** Takes note of a read. */
  read(ms: number): void {
    const sinceRest = this.#now() - this.#restAt;
    if (sinceRest < 0) this.#working.add(ms);
    else if (sinceRest > settleMs) this.#resting.at(-1)?.add(ms);
  }

  /** Milliseconds to leave to others after work that took so many. */
  pause(tookMs: number): number {
    const rested = this.#now() - this.#restAt;
    if (rested >= restMs) this.#judge();
    const rest = rested >= 0 && rested < restMs ? restMs - rested : 0;
    return Math.max(rest, Math.min(longestRestMs, tookMs * this.#factor));
  }

  /** Leaves that time; ends early when aborted. */
  async rest(tookMs: number, signal: AbortSignal): Promise<void> {
    await sleep(this.pause(tookMs), undefined, { signal }).catch(() => undefined);
  }

  /** What reads take without the work: now, or before it began, whichever is slower. */
  #usual(): number | undefined {
    const resting = new Latencies(this.#resting.flatMap((one) => one.counts()));
    const known = [resting, this.#before].filter(({ count }) => count >= leastReads);
    return known.length === 0 ? undefined : Math.max(...known.map((one) => one.quantile(0.99)));
  }

  #judge(): void {
    const usual = this.#usual();
    this.#restAt = this.#now() + workMs;
    if (this.#working.count < leastReads || usual === undefined) return;
    const slower = this.#working.quantile(0.99) / usual;
    if (slower > slowAt) this.#factor = Math.min(factors.most, this.#factor * 2);
    else if (slower < quickBelow) this.#factor = Math.max(factors.least, this.#factor * 0.7);
    this.#working.clear();
    this.#resting = [...this.#resting, new Latencies()].slice(-rests);
  }
}
