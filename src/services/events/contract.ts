/** Events: from the shards' outboxes to the log, and from the log to its consumers. */
import type { LoggedEvent } from '#engines/event-log/port';
import type { ChangeEvent } from '#services/store/contract';

/** The topic of all object changes. */
export const changesTopic = 'changes';

/** The topic of changes that a consumer could not apply: `{ consumer, cause, change }`, keyed by the consumer's name. */
export const parkedTopic = 'parked';

/** A change as a consumer receives it; of types that are none of `ChangeEvent`'s, which it passes over, nothing else is sure. `shard` and `sequence` identify it: within a partition a shard's sequences only go up. */
export interface DeliveredChange extends ChangeEvent {
  readonly shard: number;
  readonly sequence: number;
  readonly position: Pick<LoggedEvent, 'partition' | 'offset'>;
}

/** Something derived from the log. Delivery is at least once, in order within a partition; apply idempotently by version or sequence. */
export interface Consumer {
  /** Name of the derived thing, as in `pinakes rebuild NAME`. */
  readonly name: string;
  /**
   * Applies a batch of at most 500 from one partition; never called twice at once. Throwing retries the batch with
   * backoff; a change that keeps failing by itself is parked, unless the error says `unavailable`.
   */
  apply(changes: readonly DeliveredChange[]): Promise<void>;
  /** Makes what was applied durable together with `mark`; omitted where `apply` is durable in itself. */
  readonly checkpoint?: (mark: string) => Promise<void>;
  /** The mark of the last checkpoint; when present it replaces the log's committed offsets. */
  readonly mark?: () => Promise<string | undefined>;
  /** Empties the derived thing, before it is replayed from the start. */
  reset(): Promise<void>;
}

/** How far a consumer is. */
export interface ConsumerLag {
  readonly name: string;
  /** Events in the log that it has not applied. */
  readonly lag: number;
  /** The last failure; null when it runs well. */
  readonly error: string | null;
}

/** The events service. */
export interface Events {
  /** Starts relay and consumers. */
  start(): Promise<void>;
  /** Resolves when every event committed before the call has been applied by every consumer. */
  drain(): Promise<void>;
  /** Resets one consumer and replays the log to it; `progress` receives events done and in all. */
  rebuild(name: string, progress?: (done: number, total: number) => void): Promise<{ events: number }>;
  lags(): Promise<ConsumerLag[]>;
  /** Names of the consumers. */
  readonly consumers: readonly string[];
  /** Stops after the batches in hand, checkpoints, lets go. */
  stop(): Promise<void>;
}
