/** Events: from the shards' outboxes to the log, and from the log to its consumers. */
import Type, { type Static } from 'typebox';
import type { LoggedEvent } from '#engines/event-log/port';
import type { DeliveredAction } from '#services/actions/contract';
import type { ChangeEvent } from '#services/store/contract';

/** The topic of all object changes. */
export const changesTopic = 'changes';

/**
 * The topic of events that a consumer could not apply: a `ParkedEvent` with the event itself, keyed by its id; a tombstone
 * once it was applied after all or discarded. It is compacted.
 */
export const parkedTopic = 'parked';

/** An event that a consumer could not apply. */
export const ParkedEventSchema = Type.Object({
  id: Type.String(),
  consumer: Type.String(),
  topic: Type.String(),
  partition: Type.Integer(),
  offset: Type.Integer(),
  /** What the event says it is, as `pin.created`. */
  type: Type.String(),
  /** Milliseconds since the epoch when the event was logged. */
  at: Type.Number(),
  /** Milliseconds since the epoch when it failed last. */
  parkedAt: Type.Number(),
  /** Why it could not be applied, the last time. */
  cause: Type.String(),
  /** How often it was replayed in vain. */
  replays: Type.Integer(),
});
export type ParkedEvent = Static<typeof ParkedEventSchema>;

/** What became of parked events that were asked to be applied. */
export const ReplayOutcomeSchema = Type.Object({ replayed: Type.Integer(), failed: Type.Integer() });
export type ReplayOutcome = Static<typeof ReplayOutcomeSchema>;

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
  /** The same for actions; consumers that leave it out do not follow them. Between changes and actions there is no order. */
  readonly applyActions?: (actions: readonly DeliveredAction[]) => Promise<void>;
  /** Whether an event means nothing once its successors were applied: what was parked comes in by a rebuild only. */
  readonly needsOrder?: boolean;
  /**
   * Whether it tells the outside what happens: nothing is derived by it that could be made again, so it is never rebuilt, no
   * event comes to it twice on purpose, and where it is new it begins at the end of the log.
   */
  readonly isOutward?: boolean;
  /**
   * Milliseconds for which a stream of events gathers for it where nobody waits; the service's own time when left out. For
   * those to whom a batch costs far more than an event.
   */
  readonly gatherMs?: number;
  /** Makes what was applied durable, before the log is told how far it is; omitted where `apply` is durable in itself. */
  readonly settle?: () => Promise<void>;
  /** Makes what was applied durable together with `mark`; omitted where `apply` or `settle` is enough. */
  readonly checkpoint?: (mark: string) => Promise<void>;
  /** The mark of the last checkpoint; when present it replaces the log's committed offsets. */
  readonly mark?: () => Promise<string | undefined>;
  /** Empties the derived thing, before it is replayed from the start. */
  reset(): Promise<void>;
}

/** How far a consumer is. */
export const ConsumerLagSchema = Type.Object({
  name: Type.String(),
  /** Events in the log that it has not applied. */
  lag: Type.Integer(),
  /** The last failure; null when it runs well. */
  error: Type.Union([Type.String(), Type.Null()]),
  /** Its parked events. */
  parked: Type.Integer(),
});
export type ConsumerLag = Static<typeof ConsumerLagSchema>;

/** The events service. */
export interface Events {
  /** Starts relay and consumers. */
  start(): Promise<void>;
  /** Resolves when every event committed before the call has been applied by every consumer. */
  drain(): Promise<void>;
  /**
   * Resets one consumer and replays to it what was logged; `progress` receives events done and in all. Throws `ConflictError`
   * for one that is outward, and where the beginning of what it follows is kept nowhere any more: unless told that it may
   * be `partial`, nothing is reset then.
   */
  rebuild(
    name: string,
    progress?: (done: number, total: number) => void,
    options?: { partial?: boolean },
  ): Promise<{ events: number }>;
  lags(): Promise<ConsumerLag[]>;
  /** Events that consumers could not apply, the latest first; those of one consumer when named. */
  parked(consumer?: string): Promise<ParkedEvent[]>;
  /**
   * Applies parked events of a consumer again, in the order of the log: one, or all when left out. What succeeds is parked no
   * more; what fails stays, with its new cause. Throws `NotFoundError` for an unknown consumer or event, `ConflictError` for a
   * consumer that needs order.
   */
  replay(consumer: string, id?: string): Promise<ReplayOutcome>;
  /** Forgets parked events of a consumer, one or all; answers how many. Throws `NotFoundError` as `replay` does. */
  discard(consumer: string, id?: string): Promise<number>;
  /** Names of the consumers that can be rebuilt. */
  readonly consumers: readonly string[];
  /** Stops after the batches in hand, checkpoints, lets go. */
  stop(): Promise<void>;
}
