/** The events service: one relay, and a loop for each consumer. */
import type { EventHistory, EventLog, LoggedEvent } from '#engines/event-log/port';
import type { Shards } from '#engines/shards/port';
import type { Clock } from '#kernel/clock';
import { ConflictError, NotFoundError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import { ConsumerLoop } from './consumer-loop.ts';
import type { Consumer, ConsumerLag, Events, ParkedEvent, ReplayOutcome } from './contract.ts';
import { causeOf, Delivery, type RetryPolicy } from './delivery.ts';
import { Lane } from './lane.ts';
import { type Parked, ParkedList, viewOf } from './parked.ts';
import { type CheckpointPolicy, committedProgress, markedProgress, type Progress } from './progress.ts';
import { type Mend, Relay } from './relay.ts';
import { type Stream, streamsOf } from './streams.ts';

/** What the service needs. */
export interface EventsDeps {
  readonly shards: Shards;
  readonly log: EventLog;
  /** The log with what it has dropped: replays begin there. The log alone when left out. */
  readonly history?: EventHistory | undefined;
  readonly consumers: readonly Consumer[];
  readonly logger: Log;
  readonly metrics?: Metrics | undefined;
  readonly clock: Clock;
  /** How patient to be with consumers that fail: by default pauses of 0.2 s to 30 s, parking after 5 tries, 20 in a row at most. */
  readonly retry?: RetryPolicy | undefined;
  /** When consumers with marks make checkpoints: every 2,000 events or 5 s by default. */
  readonly checkpoints?: CheckpointPolicy | undefined;
  /** When the offsets of the others are committed: every 500 events or 0.5 s by default. */
  readonly commits?: CheckpointPolicy | undefined;
  /** How long a stream of events gathers before it goes on; 25 ms on the way to the log and 100 ms behind it when left out. */
  readonly gather?: GatherPolicy | undefined;
  /** Told of changes that a crash may have left half done, before they go to the log. */
  readonly mend?: Mend | undefined;
}

/** Milliseconds, for which events gather where nobody waits for them: on the way to the log, asked for each time, and behind it. */
export interface GatherPolicy {
  readonly relayMs: () => number;
  readonly consumersMs: number;
}

const defaultRetry: RetryPolicy = { baseMs: 200, capMs: 30_000, tries: 5, parkAtMost: 20 };
const defaultCommits: CheckpointPolicy = { events: 500, ms: 500 };
const defaultGather: GatherPolicy = { relayMs: () => 25, consumersMs: 100 };
const defaultCheckpoints: CheckpointPolicy = { events: 2000, ms: 5000 };

function progressOf(
  consumer: Consumer,
  streams: readonly Stream[],
  { log, clock, checkpoints: policy = defaultCheckpoints, commits = defaultCommits }: EventsDeps,
): Progress {
  const { checkpoint, mark, name } = consumer;
  if (!checkpoint || !mark) {
    const settle = consumer.settle?.bind(consumer);
    return committedProgress(log, name, { streams, clock, policy: commits, settle });
  }
  const marks = { checkpoint: checkpoint.bind(consumer), mark: mark.bind(consumer) };
  return markedProgress(marks, { streams: streams.length, clock, policy });
}

/** Streams that apply their events in turn with all others of a lane. */
function inLane(lane: Lane, streams: readonly Stream[]): readonly Stream[] {
  return streams.map((stream) => ({ ...stream, apply: (events) => lane.run(() => stream.apply(events)) }));
}

/** Streams with the work on their events counted and timed. */
function measured(name: string, streams: readonly Stream[], metrics: Metrics | undefined): readonly Stream[] {
  if (!metrics) return streams;
  const labels = { consumer: name };
  const seconds = metrics.timer('pinakes_events_apply_seconds', 'Time a batch took.', ['consumer']);
  const applied = metrics.counter('pinakes_events_applied_total', 'Events applied.', ['consumer']);
  return streams.map((stream) => ({
    ...stream,
    async apply(events) {
      const end = seconds.startTimer(labels);
      await stream.apply(events);
      end();
      applied.inc(labels, events.length);
    },
  }));
}

interface Shared {
  readonly parked: ParkedList;
  readonly lane: Lane;
}

function loopOf(consumer: Consumer, { parked: parkedList, lane }: Shared, deps: EventsDeps): ConsumerLoop {
  const { log, history, logger, metrics, retry = defaultRetry, gather = defaultGather } = deps;
  const { name } = consumer;
  const streams = inLane(lane, measured(name, streamsOf(consumer, log), metrics));
  const parked = metrics?.counter('pinakes_events_parked_total', 'Events put aside.', ['consumer']);
  const delivery = new Delivery({
    consumer: name,
    retry,
    logger,
    async park(event, cause) {
      await parkedList.put(name, event, cause);
      parked?.inc({ consumer: name });
    },
  });
  const progress = progressOf(consumer, streams, deps);
  const gatherMs = Math.max(gather.consumersMs, consumer.gatherMs ?? 0);
  return new ConsumerLoop({ consumer, streams, log, history, logger, progress, delivery, gatherMs });
}

/** Throws `ConflictError` when some events are kept nowhere any more. */
function requireBeginning(name: string, gone: ReadonlyMap<string, number>): void {
  const parts = [...gone].map(([topic, count]) => `the first ${count} events of "${topic}"`);
  if (parts.length === 0) return;
  throw new ConflictError(
    `${name} cannot be made again whole: ${parts.join(' and ')} are kept neither by the event log nor by an archive. ` +
      'Nothing was changed. Bring back the archive or an older copy of the log; or rebuild it from what is kept, with ' +
      '--partial, and what it knew from those events only will be missing',
  );
}

/** Runs in the one process that holds the log. */
export class LoggedEvents implements Events {
  readonly #deps: EventsDeps;
  readonly #relay: Relay;
  readonly #loops: ReadonlyMap<string, ConsumerLoop>;
  readonly #parked: ParkedList;
  readonly #rebuilding = new Set<string>();
  #unsubscribe: (() => void) | undefined;

  constructor(deps: EventsDeps) {
    const { shards, log, logger, metrics, retry = defaultRetry, gather = defaultGather } = deps;
    const relayed = metrics?.counter('pinakes_events_relayed_total', 'Changes brought to the log.');
    this.#deps = deps;
    const gatherMs = gather.relayMs;
    const { mend } = deps;
    this.#relay = new Relay({ shards, log, logger, relayed, retryMs: retry.baseMs * 5, gatherMs, mend });
    this.#parked = new ParkedList(log, deps.clock);
    const shared = { parked: this.#parked, lane: new Lane() };
    this.#loops = new Map(deps.consumers.map((one) => [one.name, loopOf(one, shared, deps)]));
    if (this.#loops.size < deps.consumers.length) throw new ConflictError('two consumers have one name');
  }

  get consumers(): readonly string[] {
    return this.#deps.consumers.filter(({ isOutward }) => !isOutward).map(({ name }) => name);
  }

  async start(): Promise<void> {
    if (this.#unsubscribe) return;
    const loops = [...this.#loops.values()];
    await this.#parked.load();
    await Promise.all(loops.map((loop) => loop.open()));
    this.#unsubscribe = this.#deps.log.onAppend((topic) => {
      for (const loop of loops) loop.wake(topic);
    });
    for (const loop of loops) loop.start();
    this.#relay.start();
  }

  async drain(): Promise<void> {
    await this.#relay.flush();
    await Promise.all(this.#loops.values().map(async (loop) => loop.reached(await loop.ends())));
  }

  async rebuild(
    name: string,
    progress?: (done: number, total: number) => void,
    { partial = false }: { partial?: boolean } = {},
  ): Promise<{ events: number }> {
    const loop = this.#loop(name);
    if (!this.consumers.includes(name))
      throw new ConflictError(`${name} tells the outside what happens, once`);
    if (this.#rebuilding.has(name)) throw new ConflictError(`${name} is being rebuilt already`);
    this.#rebuilding.add(name);
    try {
      if (!partial) requireBeginning(name, await loop.gone());
      await loop.startOver();
      await this.#parked.remove(this.#parked.of(name).map(({ id }) => id));
      const ends = await loop.ends();
      const events = await loop.kept(ends);
      await loop.reached(ends, (left) => progress?.(events - left, events));
      await loop.save();
      return { events };
    } finally {
      this.#rebuilding.delete(name);
    }
  }

  async lags(): Promise<ConsumerLag[]> {
    const lags = this.#loops.values().map(async (loop) => ({
      name: loop.name,
      lag: loop.lag(await loop.ends()),
      error: loop.error,
      parked: this.#parked.of(loop.name).length,
    }));
    return Promise.all(lags);
  }

  async parked(consumer?: string): Promise<ParkedEvent[]> {
    if (consumer !== undefined) this.#loop(consumer);
    return this.#parked
      .of(consumer)
      .toSorted((a, b) => b.parkedAt - a.parkedAt)
      .map(viewOf);
  }

  async replay(consumer: string, id?: string): Promise<ReplayOutcome> {
    const loop = this.#loop(consumer);
    if (this.#deps.consumers.find(({ name }) => name === consumer)?.needsOrder)
      throw new ConflictError(`${consumer} takes events in their order only; rebuild it instead`);
    const outcome = { replayed: 0, failed: 0 };
    for (const { event } of this.#asked(consumer, id)) {
      const isDone = await this.#again(loop, event);
      if (isDone) outcome.replayed++;
      else outcome.failed++;
    }
    return outcome;
  }

  async discard(consumer: string, id?: string): Promise<number> {
    this.#loop(consumer);
    const ids = this.#asked(consumer, id).map((one) => one.id);
    await this.#parked.remove(ids);
    return ids.length;
  }

  async stop(): Promise<void> {
    if (!this.#unsubscribe) return;
    this.#unsubscribe();
    this.#unsubscribe = undefined;
    await this.#relay.stop();
    await Promise.all(this.#loops.values().map((loop) => loop.stop()));
  }

  #loop(name: string): ConsumerLoop {
    const loop = this.#loops.get(name);
    if (loop) return loop;
    throw new NotFoundError(`derived thing: ${name} (there are ${this.consumers.join(', ')})`);
  }

  /** A parked event of a consumer, or all of them. */
  #asked(consumer: string, id: string | undefined): Parked[] {
    const all = this.#parked.of(consumer);
    if (id === undefined) return all;
    const one = all.find((parked) => parked.id === id);
    if (!one) throw new NotFoundError(`parked event: ${id}`);
    return [one];
  }

  /** Whether an event could be applied this time. */
  async #again(loop: ConsumerLoop, event: LoggedEvent): Promise<boolean> {
    try {
      await loop.applyOne(event);
    } catch (error) {
      if (!this.#unsubscribe) throw error;
      await this.#parked.put(loop.name, event, causeOf(error));
      return false;
    }
    await this.#parked.remove([this.#parked.idOf(loop.name, event)]);
    return true;
  }
}
