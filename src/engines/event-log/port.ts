/**
 * The event log port: durable, partitioned, append-only streams with consumer groups.
 *
 * Worded after Kafka: a topic has partitions; an event's key picks its partition; order holds within a partition; a group
 * commits the next offset it wants. Members of a group share a topic's partitions between them, in whichever processes they
 * run. What a topic keeps is its policy: all, what is young or fits, or the last event of each key. Offsets never change:
 * where events were removed, reading goes on behind the gap.
 */
import type { Json } from '#kernel/json';

/** An event to append. */
export interface NewEvent {
  /** Picks the partition: events of one key stay in order. */
  readonly key: string;
  /** Null says, where a topic is compacted, that there is nothing of this key any more (a tombstone). */
  readonly value: Json;
}

/** An event as read: others may have been given the same object, so nobody changes it. */
export interface LoggedEvent extends NewEvent {
  readonly topic: string;
  readonly partition: number;
  /** From 0, up by 1 within a partition with every append. */
  readonly offset: number;
  /** Milliseconds since the epoch when appended. */
  readonly at: number;
}

/** What a topic keeps. Without any of these it keeps everything. Events leave in large pieces, the last ones of a partition never. */
export interface TopicPolicy {
  /** Events may leave when they are older. */
  readonly retainMs?: number | undefined;
  /** The oldest events of a partition leave when it holds more. */
  readonly retainBytes?: number | undefined;
  /** Groups that must have committed past an event before it may leave for its age or for room. */
  readonly heldFor?: readonly string[] | undefined;
  /** Keeps at least the last event of each key, and drops earlier ones in time. */
  readonly compact?: boolean | undefined;
  /** How long a tombstone stays at least, so that readers hear of it; a day by default. */
  readonly tombstoneMs?: number | undefined;
}

/** What a member hears of its share. Partitions come ascending. */
export interface GroupListener {
  /** Partitions that are this member's from now on: read on from what is committed. */
  assigned(partitions: readonly number[]): void;
  /**
   * Partitions that are to go to another member: finish what is in hand and commit; they go when this resolves. Whoever takes
   * longer than the session is taken for dead.
   */
  revoked(partitions: readonly number[]): Promise<void>;
  /** Partitions that are another member's already, since this one did not answer in time; nothing can be committed. */
  lost(partitions: readonly number[]): void;
}

/** One member of a group. */
export interface GroupMember {
  /** Its partitions now, ascending. */
  readonly partitions: readonly number[];
  /**
   * Remembers the next offset that the group wants; durable when it resolves. Throws `ConflictError` when the partition is
   * not this member's, also where it does not know that yet.
   */
  commit(partition: number, offset: number): Promise<void>;
  /** Gives back its partitions, each after `revoked`, and leaves. */
  leave(): Promise<void>;
}

/** The port. */
export interface EventLog {
  /** The number of partitions of every topic. */
  readonly partitions: number;
  /**
   * Appends; durable when it resolves. Answers the position of each event. Waits while too much is on its way to the disk;
   * throws `UnavailableError` when that does not end, and where this process only reads.
   */
  append(topic: string, events: readonly NewEvent[]): Promise<{ partition: number; offset: number }[]>;
  /**
   * Up to `limit` events from `offset` on, fewer at the end, none past it. Passes over offsets whose events were removed, so
   * go on behind the last event's offset. Never a torn or unacknowledged tail.
   */
  read(topic: string, partition: number, offset: number, limit: number): Promise<LoggedEvent[]>;
  /** The offset of the first event that is kept; `end` when none is. */
  start(topic: string, partition: number): Promise<number>;
  /** The offset that the next event of the partition will get. */
  end(topic: string, partition: number): Promise<number>;
  /** Says what a topic keeps, from now until the log is closed; everything unless said. */
  configure(topic: string, policy: TopicPolicy): Promise<void>;
  /**
   * Remembers the next offset that a group without members wants. Durable when it resolves. Throws `ConflictError` when the
   * group has members.
   */
  commit(group: string, topic: string, partition: number, offset: number): Promise<void>;
  /** The next offset that a group wants; 0 when it never committed. */
  committed(group: string, topic: string, partition: number): Promise<number>;
  /**
   * Joins a group for a topic. The partitions are shared out evenly, and anew when members come, go or die: each is one
   * member's at most. Shares may come after the answer.
   */
  join(group: string, topic: string, listener: GroupListener): Promise<GroupMember>;
  /** Calls back when events were appended to a topic that this process has used; returns how to stop. */
  onAppend(listener: (topic: string) => void): () => void;
  /** Leaves all groups, finishes what was asked for. */
  close(): Promise<void>;
}

/** Where to begin to read: at an offset, or at the first event logged at or after a moment (milliseconds since the epoch). */
export type HistoryStart = { readonly offset: number } | { readonly at: number };

/** Offsets that are kept without a gap: `next` is the first one behind them. */
export interface HistoryExtent {
  readonly first: number;
  readonly next: number;
}

/** What was logged, wherever it is kept: in the log, in an archive of it, or in both. */
export interface EventHistory {
  /** Events in the order of the log, in pieces, up to what was there when it was called; each once. Passes over what is gone. */
  read(topic: string, partition: number, from: HistoryStart): AsyncIterable<LoggedEvent[]>;
  /** What there is of a partition; undefined when nothing. */
  extent(topic: string, partition: number): Promise<HistoryExtent | undefined>;
}

/** The first offset of a partition from which on everything is kept, by the log or by a history that reaches to it. */
export async function firstKept(
  log: Pick<EventLog, 'start'>,
  history: Pick<EventHistory, 'extent'> | undefined,
  topic: string,
  partition: number,
): Promise<number> {
  const [start, extent] = await Promise.all([log.start(topic, partition), history?.extent(topic, partition)]);
  return extent && extent.next >= start ? Math.min(extent.first, start) : start;
}
