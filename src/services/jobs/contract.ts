/** Jobs: slow work that survives a crash. */
import Type, { type Static } from 'typebox';
import type { Job, JobState, NewJob } from '#engines/queue/port';
import type { JsonObject } from '#kernel/json';

/** A job as its submitter sees it. */
export const JobViewSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  state: Type.Union([
    Type.Literal('pending'),
    Type.Literal('running'),
    Type.Literal('done'),
    Type.Literal('failed'),
  ]),
  error: Type.Union([Type.String(), Type.Null()]),
  result: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]),
});
export type JobView = Static<typeof JobViewSchema>;

/** Thrown by a handler when trying again cannot help; `message` is shown to the submitter. */
export class GiveUpError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'GiveUpError';
  }
}

/** How long to wait between tries. */
export interface Backoff {
  /** Milliseconds before the second try, twice that before the third, and so on. */
  readonly baseMs: number;
  /** The longest wait in milliseconds. */
  readonly capMs: number;
}

/** Does the work of one job name. A `PinakesError` of the input's making (not `unavailable`) gives up at once, as `GiveUpError` does; anything else is retried with backoff. */
export interface JobHandler {
  readonly name: string;
  /** How many at once in this process. */
  readonly concurrency: number;
  /** Milliseconds after which a silent worker is taken for dead; the runner sends heartbeats. */
  readonly leaseMs?: number;
  /** The service's own when left out. */
  readonly backoff?: Backoff;
  /** Told of each job that is done or failed for good, once that is stored; not of one that ended in another process. */
  settled?(job: Job, state: 'done' | 'failed'): void;
  run(
    payload: JsonObject,
    context: { job: Job; signal: AbortSignal; checkpoint(payload: JsonObject): Promise<void> },
  ): Promise<JsonObject>;
}

/** The jobs service. */
export interface Jobs {
  enqueue(job: Omit<NewJob, 'attempts'> & { attempts?: number }): Promise<string>;
  enqueueMany(jobs: readonly (Omit<NewJob, 'attempts'> & { attempts?: number })[]): Promise<string[]>;
  /** Resolves when the job is done or failed for good, or with its state at `timeoutMs`. */
  wait(id: string, timeoutMs: number): Promise<Job>;
  get(id: string): Promise<Job | undefined>;
  /** Jobs in a state, newest first; with `name`, those of that name only. */
  list(state: JobState, limit: number, name?: string): Promise<Job[]>;
  /** Makes the jobs of a name that wait for their next try due now. */
  hasten(name: string): Promise<number>;
  counts(): Promise<{ name: string; state: JobState; count: number }[]>;
  retryFailed(name?: string): Promise<number>;
  /** Registers a handler; before `start`. */
  handle(handler: JobHandler): void;
  start(): Promise<void>;
  /** Resolves when nothing is pending (and due) or running. */
  drain(): Promise<void>;
  /** Lets running jobs finish, takes no new ones. */
  stop(): Promise<void>;
}
