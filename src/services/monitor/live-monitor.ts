/** The monitor: a tick a second moves the watermark on, closes windows, judges them and tells listeners. */
import type { EventLog } from '#engines/event-log/port';
import type { Clock } from '#kernel/clock';
import type { Metrics } from '#kernel/metrics';
import { check } from '#kernel/schema';
import type { Action } from '#services/actions/contract';
import { ActionTail } from './action-tail.ts';
import { AlertBook } from './alert-book.ts';
import * as contract from './contract.ts';
import { Deliveries } from './deliveries.ts';
import { LevelHistory } from './level-history.ts';
import { Listeners } from './listeners.ts';
import { Measuring } from './measuring.ts';
import { type Memory, readMemory, writeMemory } from './memory-file.ts';
import { type ProbeDeps, Probes } from './probes.ts';
import { wordingOf } from './signals.ts';
import { Watch } from './watch.ts';

/** What the monitor needs. */
export interface MonitorDeps extends ProbeDeps {
  readonly eventLog: Pick<EventLog, 'partitions' | 'end' | 'read' | 'onAppend'>;
  readonly clock: Clock;
  readonly metrics?: Metrics | undefined;
  /** Where it remembers what it has learnt. */
  readonly file: string;
  readonly outlets: readonly contract.AlertOutlet[];
}

const tickMs = 1000;
/** How far the watermark is behind the clock: what happened is in the log and read within this time. */
const delayMs = 1000;
/** Between two ticks farther apart nothing was observed: the machine slept. */
const gapMs = 15_000;
const memoryMs = 15 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;
const shownAlerts = 50;

type Figures = (number | null)[];

/** Runs in one process, on one event loop. */
export class LiveMonitor implements contract.Monitor {
  readonly #deps: MonitorDeps;
  readonly #tail: ActionTail;
  readonly #probes: Probes;
  readonly #deliveries: Deliveries;
  readonly #book: AlertBook;
  readonly #listeners = new Listeners();
  readonly #measuring: Measuring;
  readonly #levels = {
    seconds: new LevelHistory(1000, 300, contract.levels.length),
    tens: new LevelHistory(10_000, 360, contract.levels.length),
  };
  readonly #startedAt: number;
  #watch: Watch;
  #tickedAt: number;
  #rememberedAt: number;
  #now: Figures = contract.levels.map(() => null);
  #timer: NodeJS.Timeout | undefined;
  /** Whether the owner said something that is not stored yet. */
  #isChanged = false;
  #ticking: Promise<void> | undefined;

  constructor(deps: MonitorDeps) {
    const { eventLog, log, clock, outlets, metrics } = deps;
    const now = clock.now();
    this.#deps = deps;
    this.#tail = new ActionTail(eventLog, log);
    this.#probes = new Probes(deps);
    this.#deliveries = new Deliveries(outlets, log, metrics);
    this.#book = new AlertBook(wordingOf, (alert) => this.#deliveries.send(alert));
    this.#watch = new Watch(this.#book, now);
    this.#measuring = new Measuring(now);
    this.#startedAt = now;
    this.#tickedAt = now;
    this.#rememberedAt = now;
    metrics?.gauge('pinakes_alerts_firing', 'Alerts that fire.', () => this.#firing());
    metrics?.gauge('pinakes_monitor_late_actions', 'Actions too late to count.', () => this.#measuring.late);
  }

  observe(observation: contract.Observation): void {
    this.#measuring.request(this.#deps.clock.now(), observation);
  }

  /** Counts an action; the log's come here by themselves. */
  readonly take = (action: Pick<Action, 'type' | 'at'>): void => this.#measuring.action(action);

  async open(): Promise<void> {
    const memory = await readMemory(this.#deps.file, this.#deps.log);
    if (memory) this.#recall(memory);
  }

  async start(): Promise<void> {
    await this.#tail.start();
    this.#interrupt(this.#deps.clock.now());
    this.#timer = setInterval(() => {
      this.#ticking ??= this.tick().finally(() => {
        this.#ticking = undefined;
      });
    }, tickMs);
    this.#timer.unref();
  }

  /** One second's work: reads the actions of the last one, and goes on to now. */
  async tick(): Promise<void> {
    await this.#tail.read(this.take);
    const now = this.#deps.clock.now();
    this.advance(now);
    if (now - this.#rememberedAt >= memoryMs) await this.#remember(now);
  }

  /** Closes, judges and tells what has passed until `now`. Cost: 0.1 ms. */
  advance(now: number): void {
    if (now - this.#tickedAt > gapMs) this.#interrupt(now);
    this.#tickedAt = now;
    const watermark = now - delayMs;
    this.#measuring.seconds.advance(watermark, (at, amounts) => this.#closed(at, amounts, now));
    this.#measuring.tens.advance(watermark, (at, amounts) => this.#watch.learn(at, amounts, this.#judged()));
    if (this.#listeners.size > 0) this.#listeners.tell(this.#frame(now));
  }

  async snapshot(): Promise<contract.Snapshot> {
    const now = this.#deps.clock.now();
    return {
      ...this.#frame(now),
      startedAt: this.#startedAt,
      seconds: this.#history('seconds', 1000, 300),
      hour: this.#history('tens', 10_000, 360),
    };
  }

  listen(listener: (frame: contract.Frame) => void, ended: () => void): () => void {
    return this.#listeners.add(listener, ended);
  }

  alerts(): contract.Alert[] {
    return [...this.#book.alerts];
  }

  acknowledge(id: string): contract.Alert {
    this.#isChanged = true;
    return this.#book.acknowledge(id, this.#deps.clock.now());
  }

  silence(silence: contract.Silence): contract.SignalView {
    const { signal, minutes } = check(contract.SilenceSchema, silence);
    const now = this.#deps.clock.now();
    this.#book.silence(signal, now + minutes * 60_000);
    this.#isChanged = true;
    return this.#watch.view(signal, now);
  }

  /** Resolves when nothing is asked and nothing is being sent. */
  async probed(): Promise<void> {
    await Promise.all([this.#probes.settled(), this.#deliveries.settled()]);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#tail.stop();
    this.#listeners.end();
    await this.#ticking;
    await this.#deliveries.settled();
    if (this.#timer || this.#isChanged) await this.#remember(this.#deps.clock.now());
  }

  #interrupt(now: number): void {
    this.#measuring.skipTo(now);
    this.#watch.interrupt(now);
  }

  #closed(at: number, amounts: Float64Array, now: number): void {
    const { latencies } = this.#measuring;
    latencies.close(at);
    const ms = [0.5, 0.9, 0.99].map((share) => latencies.ten.quantile(share));
    const found = this.#probes.at(now, this.#listeners.size > 0);
    this.#now = [...ms, found.queueAge, found.queued, found.lag, found.cacheHits];
    this.#levels.seconds.put(at, this.#now);
    this.#levels.tens.put(at, this.#now);
    this.#watch.judge(at, amounts, this.#judged(), now);
  }

  /** The levels that signals judge. */
  #judged() {
    const { queueAge, lag } = this.#probes.found;
    return { latency: this.#measuring.latencies.sixty, 'queue-age': queueAge, 'consumer-lag': lag };
  }

  #frame(now: number): contract.Frame {
    const { queues, consumers, shards } = this.#probes.found;
    const { seconds, late } = this.#measuring;
    const counts = contract.measures.map((name, i) => [name, seconds.last(i, 1)[0] ?? null] as const);
    const levels = contract.levels.map((name, i) => [name, this.#now[i] ?? null] as const);
    return {
      at: seconds.closedUntil,
      figures: Object.fromEntries([...counts, ...levels]),
      signals: this.#watch.views(now),
      ...{ queues, consumers, shards, late },
      alerts: this.#shown(now),
    };
  }

  #history(which: 'seconds' | 'tens', stepMs: number, steps: number): contract.History {
    const windows = this.#measuring[which];
    const end = windows.closedUntil;
    const perSecond = (amount: number | null) => (amount === null ? null : (amount * 1000) / stepMs);
    const counts = contract.measures.map((name, i) => [name, windows.last(i, steps).map(perSecond)] as const);
    const levels = contract.levels.map(
      (name, i) => [name, this.#levels[which].before(end, i, steps)] as const,
    );
    return { from: end - steps * stepMs, stepMs, series: Object.fromEntries([...counts, ...levels]) };
  }

  #shown(now: number): contract.Alert[] {
    const recent = this.#book.alerts.filter(
      ({ state, raisedAt }) => state === 'firing' || now - raisedAt < dayMs,
    );
    const rank = ({ state }: contract.Alert) => (state === 'firing' ? 0 : 1);
    return recent.toSorted((a, b) => rank(a) - rank(b) || b.raisedAt - a.raisedAt).slice(0, shownAlerts);
  }

  #firing(): number {
    return this.#book.alerts.filter(({ state }) => state === 'firing').length;
  }

  #recall({ signals, book }: Memory): void {
    this.#book.restore(book);
    this.#watch = new Watch(this.#book, this.#deps.clock.now(), signals);
  }

  async #remember(now: number): Promise<void> {
    this.#rememberedAt = now;
    this.#isChanged = false;
    const memory = { version: 1, signals: this.#watch.toJson(), book: this.#book.toJson() } as const;
    await writeMemory(this.#deps.file, memory).catch((error: unknown) =>
      this.#deps.log.warn({ err: error }, 'what monitoring has learnt could not be stored'),
    );
  }
}
