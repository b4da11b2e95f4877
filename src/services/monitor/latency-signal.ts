/** The 99th percentile of latency, up. */
import type { Judgement } from './judgement.ts';
import type { Latencies } from './latency-ring.ts';
import { LevelSignal } from './level-signal.ts';
import { countDeviation } from './statistics.ts';

/** Milliseconds below which nothing is slow, and so many times what is usual. */
const rule = { least: 100, factor: 2 };
/** Of fewer requests a minute the percentile says nothing. */
const leastRequests = 100;
/** Fewer slow requests are chance. */
const leastSlow = 6;
/** What is more than a hundredth, with tolerance. */
const share = 0.015;
/** Slow requests come in bursts. */
const dispersion = 2;

/**
 * The percentile of a few hundred requests jumps by chance. So instead of the percentile itself, the requests are counted that
 * took twice as long as it usually is: a hundredth of them would do so if it had doubled. Judged over a minute, this shows
 * within seconds when everything becomes slow.
 */
export class LatencySignal {
  readonly #level: LevelSignal;

  constructor(saved?: unknown) {
    this.#level = new LevelSignal(rule, saved);
  }

  /** Judges the requests of the last minute. */
  judge(at: number, minute: Latencies): Judgement {
    const level = this.#level.judge(at, this.#valueOf(minute));
    if (level.expected === null) return level;
    const slow = minute.longerThan(Math.max(rule.least, rule.factor * level.expected));
    const deviation = Math.max(0, countDeviation(slow, share * minute.count, dispersion));
    return { ...level, value: minute.quantile(0.99), deviation, isGrave: slow >= leastSlow };
  }

  learn(at: number, minute: Latencies): void {
    this.#level.learn(at, this.#valueOf(minute));
  }

  interrupt(): void {
    this.#level.interrupt();
  }

  get known(): number {
    return this.#level.known;
  }

  sourceAt(at: number): 'season' | 'recent' | null {
    return this.#level.sourceAt(at);
  }

  toJson(): unknown {
    return this.#level.toJson();
  }

  /** What is learnt from. */
  #valueOf(minute: Latencies): number | null {
    return minute.count >= leastRequests ? minute.quantile(0.99) : null;
  }
}
