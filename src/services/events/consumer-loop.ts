/** One consumer's loop: reads its streams in turn, never runs the consumer twice at once. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type EventHistory, type EventLog, firstKept, type LoggedEvent } from '#engines/event-log/port';
import { UnavailableError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import { type Consumer, changesTopic } from './contract.ts';
import { causeOf, type Delivery } from './delivery.ts';
import { Past } from './past.ts';
import type { Progress } from './progress.ts';
import { offsetsOf, type Stream } from './streams.ts';
import { Wakeup } from './wakeup.ts';

/** What a loop stands on. */
export interface ConsumerLoopDeps {
  readonly consumer: Pick<Consumer, 'name' | 'reset' | 'isOutward'>;
  readonly streams: readonly Stream[];
  readonly log: EventLog;
  /** What was logged, the log's own part included; the log alone when left out. */
  readonly history?: EventHistory | undefined;
  readonly logger: Log;
  readonly progress: Progress;
  readonly delivery: Delivery;
  /** Milliseconds between two passes for which nobody waits: what comes meanwhile is applied together. */
  readonly gatherMs: number;
}

/** The next offset of each stream of a loop. */
export type Ends = readonly number[];

interface Waiting {
  readonly ends: Ends;
  readonly onMove: ((left: number) => void) | undefined;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Task {
  readonly work: () => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const batchLimit = 500;
/** Marks in the log that a consumer was being emptied. */
const rebuildGroup = (name: string): string => `rebuild ${name}`;

const stopped = (): UnavailableError => new UnavailableError('the events service is not running');

/** `open`, then `start`, then `stop`. */
export class ConsumerLoop {
  readonly #deps: ConsumerLoopDeps;
  readonly #wakeup = new Wakeup();
  /** Rings when somebody waits for the loop. */
  readonly #hurry = new Wakeup();
  readonly #past: Past;
  #positions: number[] = [];
  #waiting: Waiting[] = [];
  #tasks: Task[] = [];
  #interrupt = new AbortController();
  /** Whether the last pass left something that could have been read. */
  #isBehind = false;
  /** Events that were applied since positions were handed to be stored. */
  #unsaved = 0;
  #failures = 0;
  #trouble: string | null = null;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(deps: ConsumerLoopDeps) {
    this.#deps = deps;
    this.#past = new Past(deps.history);
  }

  get name(): string {
    return this.#deps.consumer.name;
  }

  /** The last failure; null when it runs well. */
  get error(): string | null {
    return this.#trouble ?? this.#deps.delivery.error;
  }

  /** Finds where the consumer was; empties it first when a crash came between. */
  async open(): Promise<void> {
    const { consumer, log, logger, progress, streams } = this.#deps;
    if ((await log.committed(rebuildGroup(this.name), changesTopic, 0)) > 0) return this.#startOver();
    const stored = await progress.load();
    const ends = await offsetsOf(log, streams, 'end');
    // What happened before somebody could ask for it is told to nobody.
    if (consumer.isOutward && stored.every((position) => position === 0)) {
      this.#positions = [...ends];
      return progress.save(ends, 0, true);
    }
    this.#positions = stored.map((position, i) => Math.min(position, ends[i] ?? 0));
    if (this.#positions.some((position, i) => position !== stored[i])) {
      logger.warn({ consumer: this.name, stored, ends }, 'the log ends before what a consumer has seen');
    }
    await this.#warnOfGaps(stored);
  }

  async #warnOfGaps(stored: readonly number[]): Promise<void> {
    const { log, logger, streams } = this.#deps;
    const isBefore = (starts: readonly number[]) => this.#positions.some((at, i) => at < (starts[i] ?? 0));
    // An archive may be far away: it is asked when the log by itself no longer holds everything.
    if (!isBefore(await offsetsOf(log, streams, 'start'))) return;
    const beginnings = await this.#beginnings();
    if (isBefore(beginnings))
      logger.warn(
        { consumer: this.name, stored, beginnings },
        'events that a consumer has not seen are gone',
      );
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Says that there may be something to read of a topic. */
  wake(topic: string): void {
    if (this.#deps.streams.some((stream) => stream.topic === topic)) this.#wakeup.ring();
  }

  /** Where its streams end now. */
  ends(): Promise<Ends> {
    return offsetsOf(this.#deps.log, this.#deps.streams, 'end');
  }

  /** Events before `ends` that are kept somewhere. */
  async kept(ends: Ends): Promise<number> {
    const starts = await this.#beginnings();
    return ends.reduce((sum, end, i) => sum + end - (starts[i] ?? 0), 0);
  }

  /** Events of each topic that are kept nowhere any more, so that no replay can tell of them. */
  async gone(): Promise<Map<string, number>> {
    const gone = new Map<string, number>();
    const beginnings = await this.#beginnings();
    for (const [i, { topic }] of this.#deps.streams.entries()) {
      const before = beginnings[i] ?? 0;
      if (before > 0) gone.set(topic, (gone.get(topic) ?? 0) + before);
    }
    return gone;
  }

  /** The first offset of each stream from which on everything is kept. */
  #beginnings(): Promise<number[]> {
    const { log, history, streams } = this.#deps;
    return Promise.all(streams.map(({ topic, partition }) => firstKept(log, history, topic, partition)));
  }

  /** Events before `ends` that were not applied yet. */
  lag(ends: Ends): number {
    return ends.reduce((sum, end, i) => sum + Math.max(0, end - (this.#positions[i] ?? 0)), 0);
  }

  /** Resolves when every event before `ends` is applied; `onMove` hears how many are not. */
  reached(ends: Ends, onMove?: (left: number) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#running || this.#stopped) return reject(stopped());
      this.#waiting.push({ ends, onMove, resolve, reject });
      this.#answer();
      this.#hurry.ring();
    });
  }

  /** Empties the consumer and sends it to the start. Breaks off the pause after a failure. */
  startOver(): Promise<void> {
    return this.#inLoop(() => this.#startOver());
  }

  /** Applies an event by itself, between two batches; rejects as the consumer does. */
  applyOne(event: LoggedEvent): Promise<void> {
    const stream = this.#deps.streams.find(({ topic }) => topic === event.topic);
    return this.#inLoop(async () => stream?.apply([event]));
  }

  /** Stores how far it is. */
  save(): Promise<void> {
    return this.#inLoop(() => this.#deps.progress.save(this.#positions, 0, true));
  }

  /** Finishes the batch in hand and stores how far it is. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#interrupt.abort();
    this.#wakeup.ring();
    this.#hurry.ring();
    await this.#running;
    for (const { reject } of [...this.#waiting.splice(0), ...this.#tasks.splice(0)]) reject(stopped());
  }

  #inLoop(work: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#running || this.#stopped) return reject(stopped());
      this.#tasks.push({ work, resolve, reject });
      this.#interrupt.abort();
      this.#wakeup.ring();
      this.#hurry.ring();
    });
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#runTasks();
        const start = performance.now();
        const moved = await this.#pass();
        this.#trouble = null;
        this.#failures = 0;
        await (moved ? this.#gather(start) : this.#rest());
      } catch (error) {
        await this.#troubled(error);
      }
    }
    for (const { topic, partition } of this.#deps.streams) await this.#past.leave(topic, partition);
    await this.#deps.progress.save(this.#positions, 0, true).catch((error: unknown) => {
      this.#deps.logger.error({ err: error, consumer: this.name }, 'could not store how far a consumer is');
    });
  }

  /** The first event after a rest is applied at once; in a stream of them a pass costs more than an event. */
  async #gather(start: number): Promise<void> {
    const ms = start + this.#deps.gatherMs - performance.now();
    const isAwaited = this.#waiting.length + this.#tasks.length > 0;
    if (ms > 0 && !isAwaited && !this.#isBehind && !this.#stopped) await this.#hurry.wait(ms);
  }

  async #rest(): Promise<void> {
    await this.#wakeup.wait(this.#deps.progress.dueIn());
    await this.#deps.progress.save(this.#positions, 0);
  }

  async #troubled(error: unknown): Promise<void> {
    this.#trouble = causeOf(error);
    this.#deps.logger.error({ err: error, consumer: this.name }, 'a consumer cannot go on now');
    await this.#deps.delivery.pause(++this.#failures, this.#interrupt.signal);
  }

  async #runTasks(): Promise<void> {
    if (this.#interrupt.signal.aborted && !this.#stopped) this.#interrupt = new AbortController();
    for (const { work, resolve, reject } of this.#tasks.splice(0)) await work().then(resolve, reject);
  }

  /** One batch of every stream; whether there was any. */
  async #pass(): Promise<boolean> {
    let moved = false;
    this.#isBehind = false;
    try {
      for (const [i, stream] of this.#deps.streams.entries()) {
        if (!(await this.#advance(i, stream))) continue;
        moved = true;
        // Whoever else waits for the event loop comes first, however long the log is.
        await nextTurn();
        if (this.#interrupt.signal.aborted) break;
      }
    } finally {
      if (moved) await this.#save();
    }
    this.#answer();
    return moved;
  }

  /** Once a pass, since storing is a sync to disk for some. */
  async #save(): Promise<void> {
    const events = this.#unsaved;
    this.#unsaved = 0;
    await this.#deps.progress.save(this.#positions, events);
  }

  /** One batch of a stream; whether there was any. */
  async #advance(i: number, stream: Stream): Promise<boolean> {
    const { log, delivery } = this.#deps;
    const from = this.#positions[i] ?? 0;
    const end = await log.end(stream.topic, stream.partition);
    if (end <= from) return false;
    const events = await this.#read(stream, from);
    const done = await delivery.deliver(events, stream.apply, this.#interrupt.signal);
    // Where nothing was left to read, all up to the end has gone from the log.
    const last = events.at(-1);
    this.#positions[i] = events[done]?.offset ?? (last ? last.offset + 1 : end);
    this.#isBehind ||= (this.#positions[i] ?? 0) < end;
    this.#unsaved += done;
    for (const { ends, onMove } of this.#waiting) onMove?.(this.lag(ends));
    return true;
  }

  /** The events of a stream from a position on: from the history as far as the log no longer holds them. */
  async #read({ topic, partition }: Stream, from: number): Promise<LoggedEvent[]> {
    const { log } = this.#deps;
    const isOld = from < (await log.start(topic, partition));
    const old = isOld ? await this.#past.read(topic, partition, from, batchLimit) : [];
    if (old.length > 0) return old;
    await this.#past.leave(topic, partition);
    return log.read(topic, partition, from, batchLimit);
  }

  async #startOver(): Promise<void> {
    const { log, progress, consumer } = this.#deps;
    const group = rebuildGroup(this.name);
    await log.commit(group, changesTopic, 0, 1);
    await progress.startOver(() => consumer.reset());
    this.#positions = await this.#beginnings();
    await log.commit(group, changesTopic, 0, 0);
  }

  #answer(): void {
    const left: Waiting[] = [];
    for (const waiting of this.#waiting) {
      if (this.lag(waiting.ends) === 0) waiting.resolve();
      else left.push(waiting);
    }
    this.#waiting = left;
  }
}
