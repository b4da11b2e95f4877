/** The events service: one relay, and a loop for each consumer. */
import type { EventLog } from '#engines/event-log/port';
import type { Shards } from '#engines/shards/port';
import type { Clock } from '#kernel/clock';
import { ConflictError, NotFoundError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import { ConsumerLoop } from './consumer-loop.ts';
import { type Consumer, type ConsumerLag, changesTopic, type Events, parkedTopic } from './contract.ts';
import { Delivery, type RetryPolicy } from './delivery.ts';
import { type CheckpointPolicy, committedProgress, markedProgress, type Progress } from './progress.ts';
import { Relay } from './relay.ts';

/** What the service needs. */
export interface EventsDeps {
  readonly shards: Shards;
  readonly log: EventLog;
  readonly consumers: readonly Consumer[];
  readonly logger: Log;
  readonly metrics?: Metrics | undefined;
  readonly clock: Clock;
  /** How patient to be with consumers that fail: by default pauses of 0.2 s to 30 s, parking after 5 tries, 20 in a row at most. */
  readonly retry?: RetryPolicy | undefined;
  /** When consumers with marks make checkpoints: every 2,000 events or 5 s by default. */
  readonly checkpoints?: CheckpointPolicy | undefined;
}

const defaultRetry: RetryPolicy = { baseMs: 200, capMs: 30_000, tries: 5, parkAtMost: 20 };
const defaultCheckpoints: CheckpointPolicy = { events: 2000, ms: 5000 };

function progressOf(
  consumer: Consumer,
  { log, clock, checkpoints: policy = defaultCheckpoints }: EventsDeps,
): Progress {
  const { checkpoint, mark, name } = consumer;
  if (!checkpoint || !mark) return committedProgress(log, name);
  const marks = { checkpoint: checkpoint.bind(consumer), mark: mark.bind(consumer) };
  return markedProgress(marks, { partitions: log.partitions, clock, policy });
}

/** The consumer with its work counted and timed. */
function measured(consumer: Consumer, metrics: Metrics | undefined): Pick<Consumer, 'name' | 'apply'> {
  if (!metrics) return consumer;
  const labels = { consumer: consumer.name };
  const seconds = metrics.timer('pinakes_events_apply_seconds', 'Time a batch took.', ['consumer']);
  const applied = metrics.counter('pinakes_events_applied_total', 'Changes applied.', ['consumer']);
  return {
    name: consumer.name,
    async apply(changes) {
      const end = seconds.startTimer(labels);
      await consumer.apply(changes);
      end();
      applied.inc(labels, changes.length);
    },
  };
}

function loopOf(consumer: Consumer, deps: EventsDeps): ConsumerLoop {
  const { log, logger, metrics, retry = defaultRetry } = deps;
  const parked = metrics?.counter('pinakes_events_parked_total', 'Changes put aside.', ['consumer']);
  const delivery = new Delivery({
    consumer: measured(consumer, metrics),
    retry,
    logger,
    async park(change, cause) {
      const value = {
        consumer: consumer.name,
        cause,
        change: { ...change, position: { ...change.position } },
      };
      await log.append(parkedTopic, [{ key: consumer.name, value }]);
      parked?.inc({ consumer: consumer.name });
    },
  });
  return new ConsumerLoop({ consumer, log, logger, progress: progressOf(consumer, deps), delivery });
}

/** Runs in the one process that holds the log. */
export class LoggedEvents implements Events {
  readonly #deps: EventsDeps;
  readonly #relay: Relay;
  readonly #loops: ReadonlyMap<string, ConsumerLoop>;
  readonly #rebuilding = new Set<string>();
  #unsubscribe: (() => void) | undefined;

  constructor(deps: EventsDeps) {
    const { shards, log, logger, metrics, retry = defaultRetry } = deps;
    const relayed = metrics?.counter('pinakes_events_relayed_total', 'Changes brought to the log.');
    this.#deps = deps;
    this.#relay = new Relay({ shards, log, logger, relayed, retryMs: retry.baseMs * 5 });
    this.#loops = new Map(deps.consumers.map((consumer) => [consumer.name, loopOf(consumer, deps)]));
    if (this.#loops.size < deps.consumers.length) throw new ConflictError('two consumers have one name');
  }

  get consumers(): readonly string[] {
    return [...this.#loops.keys()];
  }

  async start(): Promise<void> {
    if (this.#unsubscribe) return;
    const loops = [...this.#loops.values()];
    await Promise.all(loops.map((loop) => loop.open()));
    this.#unsubscribe = this.#deps.log.onAppend((topic) => {
      if (topic === changesTopic) for (const loop of loops) loop.wake();
    });
    for (const loop of loops) loop.start();
    await this.#relay.start();
  }

  async drain(): Promise<void> {
    await this.#relay.flush();
    const ends = await this.#ends();
    await Promise.all(this.#loops.values().map((loop) => loop.reached(ends)));
  }

  async rebuild(name: string, progress?: (done: number, total: number) => void): Promise<{ events: number }> {
    const loop = this.#loops.get(name);
    if (!loop) throw new NotFoundError(`derived thing: ${name} (there are ${this.consumers.join(', ')})`);
    if (this.#rebuilding.has(name)) throw new ConflictError(`${name} is being rebuilt already`);
    this.#rebuilding.add(name);
    try {
      await loop.startOver();
      const ends = await this.#ends();
      const events = ends.reduce((sum, end) => sum + end, 0);
      await loop.reached(ends, (done) => progress?.(done, events));
      await loop.save();
      return { events };
    } finally {
      this.#rebuilding.delete(name);
    }
  }

  async lags(): Promise<ConsumerLag[]> {
    const ends = await this.#ends();
    return [...this.#loops.values()].map((loop) => ({
      name: loop.name,
      lag: loop.lag(ends),
      error: loop.error,
    }));
  }

  async stop(): Promise<void> {
    if (!this.#unsubscribe) return;
    this.#unsubscribe();
    this.#unsubscribe = undefined;
    await this.#relay.stop();
    await Promise.all(this.#loops.values().map((loop) => loop.stop()));
  }

  #ends(): Promise<number[]> {
    const { log } = this.#deps;
    const partitions = Array.from({ length: log.partitions }, (_, partition) => partition);
    return Promise.all(partitions.map((partition) => log.end(changesTopic, partition)));
  }
}
