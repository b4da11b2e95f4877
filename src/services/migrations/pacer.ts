/**
 * How fast to copy, so that people do not notice.
 *
 * After each piece of work as much time is left to others as a factor says. Reads are watched
 * meanwhile: when their 99th percentile nears twice what it was before the migration, the factor
 * doubles; while they are well, it goes down again, little by little.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Latencies } from './latencies.ts';
import { Latencies as Window } from './latencies.ts';

/** How the pace may change. */
export interface Pace {
  /** Time left to others, as a multiple of the time that work took: at the least, at first, and at most. */
  readonly least: number;
  readonly first: number;
  readonly most: number;
}

const usualPace: Pace = { least: 0.1, first: 1, most: 60 };

const windowReads = 200;
const longestRestMs = 1000;
/** Reads may become this many times slower before the pace slows down; below, before it quickens again. */
const slowAt = 1.5;
const quickBelow = 1.2;

/** The pace of one migration. */
export class Pacer {
  readonly #before: Latencies;
  readonly #window = new Window();
  readonly #pace: Pace;
  #factor: number;

  /** `before`: reads before anything was copied. */
  constructor(before: Latencies, pace: Pace = usualPace) {
    this.#before = before;
    this.#pace = pace;
    this.#factor = pace.first;
  }

  /** Takes note of a read. */
  read(ms: number): void {
    this.#window.add(ms);
    if (this.#window.count >= windowReads) this.#judge();
  }

  /** Leaves time to others after work that took so many milliseconds; ends early when aborted. */
  async rest(workMs: number, signal: AbortSignal): Promise<void> {
    const ms = Math.min(longestRestMs, workMs * this.#factor);
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  #judge(): void {
    const [now, before] = [this.#window.quantile(0.99), this.#before.quantile(0.99)];
    this.#window.clear();
    if (this.#before.count < windowReads) return;
    if (now > before * slowAt) this.#factor = Math.min(this.#pace.most, this.#factor * 2);
    else if (now < before * quickBelow) this.#factor = Math.max(this.#pace.least, this.#factor * 0.8);
  }
}
