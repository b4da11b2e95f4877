/** All signals together: each second judged, each ten seconds learnt from, alerts raised and ended. */
import type { AlertBook } from './alert-book.ts';
import { measures, type SignalName, type SignalView, signalNames } from './contract.ts';
import { CountSignal } from './count-signal.ts';
import { type Judgement, unknown } from './judgement.ts';
import type { Latencies } from './latency-ring.ts';
import { LatencySignal } from './latency-signal.ts';
import { LevelSignal } from './level-signal.ts';
import { counted, levelled, toldOf } from './signals.ts';
import { rounded } from './statistics.ts';

/** Levels that signals judge: of the last minute's requests, of queues and consumers. */
export interface Levels {
  readonly latency: Latencies;
  readonly 'queue-age': number;
  readonly 'consumer-lag': number;
}

/** While an alert fires nothing is learnt, but what lasts is the new usual: after an hour it is learnt from. */
const learnAgainMs = 3_600_000;
/** A window that deviates so much is not learnt from. */
const ordinary = 3;

/** How long people take to come back after a start; so long nothing is raised. */
const settlingMs = 60_000;

const indexOf = (measure: (typeof measures)[number]): number => measures.indexOf(measure);

/** Judges and learns. */
export class Watch {
  readonly #book: AlertBook;
  readonly #counts = new Map<SignalName, CountSignal>();
  readonly #levels = new Map<Exclude<keyof Levels, 'latency'>, LevelSignal>();
  readonly #latency: LatencySignal;
  readonly #last = new Map<SignalName, Judgement>();
  readonly #strange = new Set<SignalName>();
  #judgedFrom: number;

  constructor(book: AlertBook, now: number, saved: Readonly<Record<string, unknown>> = {}) {
    this.#book = book;
    this.#judgedFrom = now + settlingMs;
    this.#latency = new LatencySignal(saved['latency']);
    for (const name of signalNames) {
      const count = counted[name];
      if (count) this.#counts.set(name, new CountSignal(count.rule, saved[name]));
    }
    for (const name of ['queue-age', 'consumer-lag'] as const)
      this.#levels.set(name, new LevelSignal(levelled[name].rule, saved[name]));
  }

  /** Judges the second that began at `at`, from its counts by measure and its levels. */
  judge(at: number, amounts: Float64Array, levels: Levels, now: number): void {
    for (const [name, signal] of this.#counts) {
      const [count, exposure] = this.#amounts(name, amounts, 1);
      this.#judged(name, signal.judge(at, count, exposure), at, now);
    }
    for (const [name, signal] of this.#levels) this.#judged(name, signal.judge(at, levels[name]), at, now);
    this.#judged('latency', this.#latency.judge(at, levels.latency), at, now);
  }

  /** Learns from the ten seconds that began at `at`. */
  learn(at: number, amounts: Float64Array, levels: Levels): void {
    for (const [name, signal] of this.#counts) {
      const [count, exposure] = this.#amounts(name, amounts, 10);
      if (this.#isOrdinary(name, at)) signal.learn(at, count, exposure);
    }
    for (const [name, signal] of this.#levels) if (this.#isOrdinary(name, at)) signal.learn(at, levels[name]);
    if (this.#isOrdinary('latency', at)) this.#latency.learn(at, levels.latency);
    this.#strange.clear();
  }

  /** Goes on after time that was not observed. */
  interrupt(now: number): void {
    this.#judgedFrom = now + settlingMs;
    for (const signal of [...this.#counts.values(), ...this.#levels.values(), this.#latency])
      signal.interrupt();
    this.#strange.clear();
  }

  /** How each signal stands. */
  views(now: number): SignalView[] {
    return signalNames.map((name) => this.view(name, now));
  }

  /** How a signal stands. */
  view(name: SignalName, now: number): SignalView {
    const signal = this.#signal(name);
    const { value, expected } = this.#last.get(name) ?? unknown;
    const usual = signal?.sourceAt(now) ?? null;
    const { title, unit } = toldOf(name);
    return {
      ...{ name, title, unit, usual },
      direction: counted[name]?.rule.direction ?? 'up',
      value: value === null ? null : rounded(value),
      expected: expected === null ? null : rounded(expected),
      known: signal?.known ?? 0,
      state: usual === null ? 'learning' : this.#book.stateOf(name),
      silencedUntil: this.#book.silencedUntil(name, now),
    };
  }

  /** What was learnt, by signal. */
  toJson(): Record<string, unknown> {
    return Object.fromEntries(signalNames.map((name) => [name, this.#signal(name)?.toJson()]));
  }

  #signal(name: SignalName) {
    if (name === 'latency') return this.#latency;
    if (name === 'queue-age' || name === 'consumer-lag') return this.#levels.get(name);
    return this.#counts.get(name);
  }

  #judged(name: SignalName, judgement: Judgement, at: number, now: number): void {
    this.#last.set(name, judgement);
    if ((judgement.deviation ?? 0) > ordinary && judgement.isGrave) this.#strange.add(name);
    if (at >= this.#judgedFrom) this.#book.judged(name, judgement, at, now, toldOf(name).patience);
  }

  #amounts(name: SignalName, amounts: Float64Array, seconds: number): [count: number, exposure: number] {
    const signal = counted[name];
    if (!signal) return [0, 0];
    const count = amounts[indexOf(signal.measure)] ?? 0;
    return [count, signal.of ? (amounts[indexOf(signal.of)] ?? 0) : seconds];
  }

  #isOrdinary(name: SignalName, at: number): boolean {
    const since = this.#book.firingSince(name);
    if (since !== undefined) return at - since > learnAgainMs;
    return !this.#strange.has(name);
  }
}
