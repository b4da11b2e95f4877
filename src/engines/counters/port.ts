/** The counters port: numbers that go up and down with the events of a stream, each event counted once. */

import type { Unchanged } from '#kernel/stamps';

/** What one event does to one counter. */
export interface CounterDelta {
  readonly counter: string;
  readonly by: number;
}

/** All effects of one event. `source` and `sequence` identify it: a sequence at or below the last one of its source is ignored. */
export interface CountedEvent {
  readonly source: string;
  readonly sequence: number;
  readonly deltas: readonly CounterDelta[];
}

/** The port. */
export interface Counters {
  /** Applies events in order, atomically, once each. They outlive the process when it resolves, and a loss of power once settled. */
  apply(events: readonly CountedEvent[]): Promise<void>;
  /** Resolves when all that was applied before is durable. */
  settle(): Promise<void>;
  /** Values by name; 0 where never counted. */
  getMany(counters: readonly string[]): Promise<Map<string, number>>;
  /** Watches counters from now on: answers what tells whether none has changed since. Ask for it before reading them. */
  watch(counters: readonly string[]): Unchanged;
  /** The highest counters whose names begin with `prefix`, value descending, then by name. */
  top(prefix: string, limit: number): Promise<{ counter: string; value: number }[]>;
  /** Forgets all values and all sources. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
