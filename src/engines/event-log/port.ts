/**
 * The event log port: durable, partitioned, append-only streams with consumer offsets.
 * Worded after Kafka: a topic has partitions; an event's key picks its partition; order
 * holds within a partition; a group commits the next offset it wants.
 */
import type { Json } from '#kernel/json';

/** An event to append. */
export interface NewEvent {
  /** Picks the partition: events of one key stay in order. */
  readonly key: string;
  readonly value: Json;
}

/** An event as read. */
export interface LoggedEvent extends NewEvent {
  readonly topic: string;
  readonly partition: number;
  /** From 0, up by 1 within a partition. */
  readonly offset: number;
  /** Milliseconds since the epoch when appended. */
  readonly at: number;
}

/** The port. */
export interface EventLog {
  /** The number of partitions of every topic. */
  readonly partitions: number;
  /** Appends; durable when it resolves. Answers the position of each event. */
  append(topic: string, events: readonly NewEvent[]): Promise<{ partition: number; offset: number }[]>;
  /** Up to `limit` events from `offset` on (fewer at the end, none past it). Never a torn or unacknowledged tail. */
  read(topic: string, partition: number, offset: number, limit: number): Promise<LoggedEvent[]>;
  /** The offset that the next event of the partition will get. */
  end(topic: string, partition: number): Promise<number>;
  /** Remembers the next offset that a group wants. Durable when it resolves. */
  commit(group: string, topic: string, partition: number, offset: number): Promise<void>;
  /** The next offset that a group wants; 0 when it never committed. */
  committed(group: string, topic: string, partition: number): Promise<number>;
  /** Calls back when events were appended to a topic; returns how to stop. */
  onAppend(listener: (topic: string) => void): () => void;
  close(): Promise<void>;
}
