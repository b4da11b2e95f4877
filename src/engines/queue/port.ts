/** The queue port: durable jobs. Worded after PinLater: enqueue, dequeue with a lease, acknowledge, fail with backoff, checkpoint. */
import type { JsonObject } from '#kernel/json';

/** Where a job is in its life. */
export type JobState = 'pending' | 'running' | 'done' | 'failed';

/** A job to do. */
export interface NewJob {
  readonly name: string;
  readonly payload: JsonObject;
  /** Higher goes first; 0 by default. */
  readonly priority?: number | undefined;
  /** Not before this time (milliseconds since the epoch). */
  readonly runAfter?: number | undefined;
  /** How often it may be tried in all. */
  readonly attempts: number;
  /** While a job of this name and key is pending or running, enqueueing it again answers that one. */
  readonly deduplicationKey?: string | undefined;
}

/** A job as stored. */
export interface Job {
  readonly id: string;
  readonly name: string;
  readonly payload: JsonObject;
  readonly priority: number;
  readonly state: JobState;
  /** How often it may be tried in all, and how often it still may. */
  readonly attempts: number;
  readonly attemptsLeft: number;
  readonly runAfter: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The last failure in words; null when none. */
  readonly error: string | null;
  /** What the worker answered; null until done. */
  readonly result: JsonObject | null;
}

/** A job that is leased to a worker. `lease` proves it: acknowledging with an expired lease is refused. */
export interface LeasedJob extends Job {
  readonly lease: string;
}

/** The port. */
export interface Queue {
  /** Stores jobs; durable when it resolves. Ids in the order given. */
  enqueue(jobs: readonly NewJob[]): Promise<string[]>;
  /**
   * Leases up to `limit` jobs of these names that are due, highest priority first, oldest first. Uses up one attempt
   * of each. A job whose lease expired is due again, or failed when it has no attempts left.
   */
  dequeue(names: readonly string[], limit: number, leaseMs: number): Promise<LeasedJob[]>;
  /** Done. False when the lease was lost. */
  acknowledge(id: string, lease: string, result: JsonObject): Promise<boolean>;
  /** Failed: back to pending at `retryAt` while attempts are left (null: give up now). False when the lease was lost. */
  fail(id: string, lease: string, error: string, retryAt: number | null): Promise<boolean>;
  /** Replaces the payload of a leased job, so that a retry continues there. */
  checkpoint(id: string, lease: string, payload: JsonObject): Promise<boolean>;
  /** Extends a lease. False when it was lost. */
  heartbeat(id: string, lease: string, leaseMs: number): Promise<boolean>;
  /** Ends every lease now, as if its time were over: for who knows that no worker is left alive. Answers how many. */
  endLeases(): Promise<number>;
  get(ids: readonly string[]): Promise<Map<string, Job>>;
  /** Jobs in a state, newest first; with `name`, those of that name only. */
  list(state: JobState, limit: number, name?: string): Promise<Job[]>;
  /** Makes all jobs of a name that wait for their time due now; answers how many. */
  hasten(name: string): Promise<number>;
  /** Failed jobs back to pending with fresh attempts; answers how many. */
  retryFailed(name?: string): Promise<number>;
  /** How many are in each state, by name. */
  counts(): Promise<{ name: string; state: JobState; count: number }[]>;
  /** When the next job is due: a pending one at its time, a running one when its lease ends; undefined when none. */
  nextDue(names: readonly string[]): Promise<number | undefined>;
  /** Forgets done jobs that ended before `before`. */
  prune(before: number): Promise<number>;
  /** Calls back when jobs were enqueued; returns how to stop. */
  onEnqueue(listener: () => void): () => void;
  close(): Promise<void>;
}
