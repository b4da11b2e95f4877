/** Jobs: slow work that survives a crash. */
import Type, { type Static, type TSchema } from 'typebox';
import type { Job, JobScan, JobState, JobsFound, NewJob, QueuePolicy } from '#engines/queue/port';
import type { JsonObject } from '#kernel/json';

/** Where a job is in its life. */
export const JobStateSchema = Type.Union([
  Type.Literal('pending'),
  Type.Literal('running'),
  Type.Literal('done'),
  Type.Literal('failed'),
]);

/** A job as its submitter sees it. */
export const JobViewSchema = Type.Object({
  id: Type.String(),
  name: Type.String(),
  state: JobStateSchema,
  error: Type.Union([Type.String(), Type.Null()]),
  result: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]),
});
export type JobView = Static<typeof JobViewSchema>;

/** A job as the owner of the site sees it, whole; times are milliseconds since the epoch. */
export const JobDetailSchema = Type.Object({
  ...JobViewSchema.properties,
  payload: Type.Record(Type.String(), Type.Unknown()),
  priority: Type.Integer(),
  attempts: Type.Integer(),
  attemptsLeft: Type.Integer(),
  runAfter: Type.Integer(),
  createdAt: Type.Integer(),
  updatedAt: Type.Integer(),
});

export type JobDetail = Static<typeof JobDetailSchema>;

const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** What holds for all workers of a name: see `QueuePolicy`. */
export const QueuePolicySchema = Type.Object({
  isPaused: Type.Boolean(),
  concurrency: orNull(Type.Integer()),
  rate: orNull(Type.Object({ perSecond: Type.Number(), burst: Type.Integer() })),
});

/** How the jobs of a name do. */
export const QueueViewSchema = Type.Object({
  name: Type.String(),
  pending: Type.Integer(),
  /** Pending ones whose time has come. */
  due: Type.Integer(),
  running: Type.Integer(),
  /** Of the last day, unless kept for another time. */
  done: Type.Integer(),
  failed: Type.Integer(),
  /** When the oldest of the due ones became due. */
  oldestDue: orNull(Type.Integer()),
  policy: QueuePolicySchema,
  /** What this process did in the last minute; `failed` for good, `retried` to be tried again. */
  perMinute: Type.Object({
    enqueued: Type.Integer(),
    done: Type.Integer(),
    failed: Type.Integer(),
    retried: Type.Integer(),
  }),
  /** How many this process may run at once now; null: it has no handler for them. */
  slots: orNull(Type.Integer()),
  /** How often this process asked for jobs since its start, and how often in vain. */
  dequeues: Type.Object({ all: Type.Integer(), empty: Type.Integer() }),
});
export type QueueView = Static<typeof QueueViewSchema>;

/** What came of draining. */
export const DrainedSchema = Type.Object({
  /** Whether nothing is in hand any more. */
  drained: Type.Boolean(),
  running: Type.Integer(),
});
export type Drained = Static<typeof DrainedSchema>;

/** Thrown by a handler when trying again cannot help; `message` is shown to the submitter. */
export class GiveUpError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'GiveUpError';
  }
}

/** Thrown by a handler that goes on later, from `payload`: no failure, and the job's attempts are fresh again. */
export class PostponeError extends Error {
  readonly payload: JsonObject;
  readonly delayMs: number;

  constructor(payload: JsonObject, delayMs = 0) {
    super('goes on later');
    this.name = 'PostponeError';
    this.payload = payload;
    this.delayMs = delayMs;
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
  /** More at once while many wait: one for every `depthPerSlot` jobs that are due, `most` in all. */
  readonly pool?: { readonly most: number; readonly depthPerSlot: number };
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
  /** Some failed jobs back to pending with fresh attempts; answers how many. */
  retry(ids: readonly string[]): Promise<number>;
  /** Forgets jobs, whatever their state; answers how many. What a running one does is not undone. */
  remove(ids: readonly string[]): Promise<number>;
  /** Jobs that match, newest first; a page may be short and have a `next`. */
  scan(scan: JobScan): Promise<JobsFound>;
  /** How the jobs of each name do, by name. */
  queues(): Promise<QueueView[]>;
  /** Changes parts of what holds for the jobs of a name, durably and for all processes; answers the whole. Throws `NotFoundError` for a name nobody knows. */
  setPolicy(name: string, change: Partial<QueuePolicy>): Promise<QueuePolicy>;
  /** Pauses a name and waits until what is in hand of it has ended, in all processes, or `timeoutMs` are over. It stays paused. */
  drainQueue(name: string, timeoutMs: number): Promise<Drained>;
  /** Registers a handler; before `start`. */
  handle(handler: JobHandler): void;
  start(): Promise<void>;
  /** Resolves when nothing is pending (and due) or running. */
  drain(): Promise<void>;
  /** Lets running jobs finish, takes no new ones. */
  stop(): Promise<void>;
}
