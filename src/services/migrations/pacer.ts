/**
 * How fast to copy, so that people do not notice.
 *
 * After each piece of work as much time is left to others as a factor says. Every few seconds all
 * work rests for a moment, so that reads with and without it can be told apart, whatever else the
 * machine does: when the 99th percentile of those beside the work nears twice that of the others,
 * the factor doubles; while it is well, the factor goes down again, little by little. A read counts with the time that it waited
 * for the event loop, since who is read for waits for both.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Latencies } from './latencies.ts';

/** Time left to others, as a multiple of the time that work took: at the least, at first, and at most. */
export interface Pace {
  readonly least: number;
  readonly first: number;
  readonly most: number;
}

const usualPace: Pace = { least: 0.2, first: 2, most: 60 };

const longestRestMs = 1000;
/** How long work goes on, and how long it rests; the first reads of a rest still feel the work. */
const workMs = 3600;
const restMs = 400;
const settleMs = 100;
/** Fewer reads say nothing about their 99th percentile. */
const leastReads = 200;
/** How many times slower reads may become before the pace slows down; below the other, it quickens again. */
const slowAt = 1.5;
const quickBelow = 1.25;
/** So many rests are looked at together. */
const rests = 5;

/**
 * How many times slower the machine has become by itself, 1 at the least. Told by nine reads of ten: the slowest of the few in
 * a rest say little, and still feel the work.
 */
function slowerBy(resting: Latencies, before: Latencies): number {
  return Math.max(1, resting.quantile(0.9) / before.quantile(0.9));
}

/** The pace of one migration. */
export class Pacer {
  readonly #before = new Latencies();
  readonly #now: () => number;
  readonly #working = new Latencies();
  #resting: Latencies[] = [new Latencies()];
  readonly #pace: Pace;
  #restAt: number;
  #factor: number;

  /** `now`: milliseconds that go up. */
  constructor(pace = usualPace, now = () => performance.now()) {
    this.#pace = pace;
    this.#factor = pace.first;
    this.#now = now;
    this.#restAt = now() + workMs;
  }

  /** Time left to others after work, as a multiple of the time that it took. */
  get factor(): number {
    return this.#factor;
  }

  /** Takes note of a read before anything was copied. */
  readBefore(ms: number): void {
    this.#before.add(ms);
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

  /** What the slowest of a hundred reads takes without the work. */
  #usual(): number | undefined {
    const resting = new Latencies(this.#resting.flatMap((one) => one.counts()));
    if (this.#before.count < leastReads)
      return resting.count < leastReads ? undefined : resting.quantile(0.99);
    if (resting.count < leastReads) return this.#before.quantile(0.99);
    return this.#before.quantile(0.99) * slowerBy(resting, this.#before);
  }

  #judge(): void {
    const usual = this.#usual();
    this.#restAt = this.#now() + workMs;
    if (this.#working.count < leastReads || usual === undefined) return;
    const slower = this.#working.quantile(0.99) / usual;
    if (slower > slowAt) this.#factor = Math.min(this.#pace.most, this.#factor * 2);
    else if (slower < quickBelow) this.#factor = Math.max(this.#pace.least, this.#factor * 0.7);
    this.#working.clear();
    this.#resting = [...this.#resting, new Latencies()].slice(-rests);
  }
}
