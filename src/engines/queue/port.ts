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

/** How fast jobs of a name may be begun: `perSecond` in the long run, `burst` at once after a rest. */
export interface QueueRate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What holds for all workers of a name, in all processes that share the queue. */
export interface QueuePolicy {
  /** Nothing is leased; what is in hand goes on, and jobs are taken in. */
  readonly isPaused: boolean;
  /** How many may be leased at once; null: as many as workers ask for. */
  readonly concurrency: number | null;
  /** Null: no limit. */
  readonly rate: QueueRate | null;
}

/** Which jobs to look for, the newest first. */
export interface JobScan {
  readonly state: JobState;
  readonly name?: string | undefined;
  readonly priority?: number | undefined;
  /** Stands anywhere in the payload as JSON, upper and lower case told apart; `*` is any characters. */
  readonly payload?: string | undefined;
  /** Only jobs older than this one: the `next` of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Jobs that a scan found; `next` is null at the end. */
export interface JobsFound {
  readonly items: Job[];
  readonly next: string | null;
}

/** How the jobs of a name stand. */
export interface QueueStats {
  readonly name: string;
  /** Those that wait, and those of them whose time has come. */
  readonly pending: number;
  readonly due: number;
  readonly running: number;
  readonly done: number;
  readonly failed: number;
  /** When the oldest of the due ones became due; of many priorities the highest sixteen are looked at. Null when none is. */
  readonly oldestDue: number | null;
}

/** Told of names that may have become due; undefined: any. */
export type DueListener = (names: readonly string[] | undefined) => void;

/** The port. */
export interface Queue {
  /** Stores jobs; durable when it resolves. Ids in the order given. */
  enqueue(jobs: readonly NewJob[]): Promise<string[]>;
  /**
   * Leases up to `limit` jobs of these names that are due, highest priority first, oldest first, as far as the names'
   * policies allow. Uses up one attempt of each. A job whose lease expired is due again, or failed when it has no attempts left.
   */
  dequeue(names: readonly string[], limit: number, leaseMs: number): Promise<LeasedJob[]>;
  /** Done. False when the lease was lost. */
  acknowledge(id: string, lease: string, result: JsonObject): Promise<boolean>;
  /** Failed: back to pending at `retryAt` while attempts are left (null: give up now). False when the lease was lost. */
  fail(id: string, lease: string, error: string, retryAt: number | null): Promise<boolean>;
  /** Replaces the payload of a leased job, so that a retry continues there. */
  checkpoint(id: string, lease: string, payload: JsonObject): Promise<boolean>;
  /**
   * Back to pending with a new payload, due at `runAfter`, its attempts as many as in the beginning: what goes on in steps
   * has not failed. False when the lease was lost.
   */
  postpone(id: string, lease: string, payload: JsonObject, runAfter: number): Promise<boolean>;
  /** Extends a lease. False when it was lost. */
  heartbeat(id: string, lease: string, leaseMs: number): Promise<boolean>;
  /** Ends every lease now, as if its time were over: for who knows that no worker is left alive. Answers how many. */
  endLeases(): Promise<number>;
  get(ids: readonly string[]): Promise<Map<string, Job>>;
  /** Jobs in a state, newest first; with `name`, those of that name only. */
  list(state: JobState, limit: number, name?: string): Promise<Job[]>;
  /** Jobs that match, newest first. Looks at 5,000 of the state at most: a page may be short, even empty, and have a `next`. */
  scan(scan: JobScan): Promise<JobsFound>;
  /** Makes all jobs of a name that wait for their time due now; answers how many. */
  hasten(name: string): Promise<number>;
  /** Failed jobs back to pending with fresh attempts; answers how many. */
  retryFailed(name?: string): Promise<number>;
  /** The same for some jobs; those that have not failed, or whose key was enqueued anew, stay as they are. */
  retry(ids: readonly string[]): Promise<number>;
  /** Forgets jobs, whatever their state; answers how many. The lease of a running one is lost. */
  remove(ids: readonly string[]): Promise<number>;
  /** How many are in each state, by name. */
  counts(): Promise<{ name: string; state: JobState; count: number }[]>;
  /** How the jobs of each name stand; names that have a policy only are among them. */
  stats(): Promise<QueueStats[]>;
  /** How many jobs of a name are due, counted to 10,000. */
  depth(name: string): Promise<number>;
  /** The policies that were set, by name. */
  policies(): Promise<Map<string, QueuePolicy>>;
  /** Changes parts of a name's policy, durably and for all processes; answers the whole. A new rate begins with a full burst. */
  setPolicy(name: string, change: Partial<QueuePolicy>): Promise<QueuePolicy>;
  /**
   * When the next job can be leased: a pending one at its time and when its name's policy allows, a running one when its
   * lease ends; undefined when none.
   */
  nextDue(names: readonly string[]): Promise<number | undefined>;
  /** Forgets done jobs that ended before `before`. */
  prune(before: number): Promise<number>;
  /** Calls back when jobs were enqueued here, or may be due for another reason; returns how to stop. */
  onEnqueue(listener: DueListener): () => void;
  close(): Promise<void>;
}
