/** The jobs service: submits work to the queue, and runs the work that it has handlers for. */
import { randomUUID } from 'node:crypto';
import type { Job, JobScan, JobState, JobsFound, NewJob, Queue, QueuePolicy } from '#engines/queue/port';
import type { Clock } from '#kernel/clock';
import { ConflictError, NotFoundError, UnavailableError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import type { Outcome } from './attempt.ts';
import { Bell } from './bell.ts';
import type { Backoff, Drained, JobHandler, Jobs, QueueView } from './contract.ts';
import { QueueGauges } from './gauges.ts';
import { Meter } from './meter.ts';
import { queueViews } from './views.ts';
import { Worker } from './worker.ts';

/** What the service needs. */
export interface JobsDeps {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
  /** Names this process in the logs; made up when left out. */
  readonly workerId?: string | undefined;
  /** One second, doubling up to five minutes, by default. */
  readonly backoff?: Backoff | undefined;
  /** How long `stop` lets jobs run before their signals are aborted; half a minute by default. */
  readonly graceMs?: number | undefined;
  /** Whether no other process works on this queue: jobs that are running at `start` are then those of a dead one. */
  readonly isAlone?: boolean | undefined;
  /** How long done jobs are kept; a day by default. */
  readonly keepDoneMs?: number | undefined;
}

type Submission = Omit<NewJob, 'attempts'> & { attempts?: number };

const defaultAttempts = 5;
const hourMs = 3_600_000;
/** How often to look for jobs that another process settled. */
const lookMs = 250;
const anyJob = '*';

/** Runs in one process; other processes may share its queue. */
export class QueuedJobs implements Jobs {
  readonly #deps: JobsDeps;
  readonly #handlers = new Map<string, JobHandler>();
  readonly #settled = new Bell();
  readonly #meter: Meter;
  readonly #gauges: QueueGauges;
  #workers: Worker[] = [];
  #pruner: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(deps: JobsDeps) {
    this.#deps = deps;
    this.#meter = new Meter(deps.clock, deps.metrics);
    this.#gauges = new QueueGauges(deps);
  }

  async enqueue(job: Submission): Promise<string> {
    const [id] = await this.enqueueMany([job]);
    if (id === undefined) throw new UnavailableError('the queue took no job');
    return id;
  }

  async enqueueMany(jobs: readonly Submission[]): Promise<string[]> {
    const ids = await this.#deps.queue.enqueue(
      jobs.map((job) => ({ ...job, attempts: job.attempts ?? defaultAttempts })),
    );
    for (const { name } of jobs) this.#meter.enqueued(name);
    return ids;
  }

  async wait(id: string, timeoutMs: number): Promise<Job> {
    const until = performance.now() + timeoutMs;
    for (;;) {
      const rung = this.#settled.next(id, Math.min(lookMs, Math.max(0, until - performance.now())));
      const job = await this.get(id);
      if (!job) throw new NotFoundError('job');
      if (job.state === 'done' || job.state === 'failed' || performance.now() >= until) {
        this.#settled.ring(id);
        return job;
      }
      await rung;
    }
  }

  async get(id: string): Promise<Job | undefined> {
    return (await this.#deps.queue.get([id])).get(id);
  }

  list(state: JobState, limit: number, name?: string): Promise<Job[]> {
    return this.#deps.queue.list(state, limit, name);
  }

  hasten(name: string): Promise<number> {
    return this.#deps.queue.hasten(name);
  }

  counts(): Promise<{ name: string; state: JobState; count: number }[]> {
    return this.#deps.queue.counts();
  }

  retryFailed(name?: string): Promise<number> {
    return this.#deps.queue.retryFailed(name);
  }

  retry(ids: readonly string[]): Promise<number> {
    return this.#deps.queue.retry(ids);
  }

  remove(ids: readonly string[]): Promise<number> {
    return this.#deps.queue.remove(ids);
  }

  scan(scan: JobScan): Promise<JobsFound> {
    return this.#deps.queue.scan(scan);
  }

  async queues(): Promise<QueueView[]> {
    const [stats, policies] = await Promise.all([this.#deps.queue.stats(), this.#deps.queue.policies()]);
    const slots = new Map(this.#workers.map(({ name, pool }) => [name, pool.slots]));
    return queueViews({ stats, policies, names: this.#handlers.keys(), slots, meter: this.#meter });
  }

  async setPolicy(name: string, change: Partial<QueuePolicy>): Promise<QueuePolicy> {
    await this.#requireKnown(name);
    return this.#deps.queue.setPolicy(name, change);
  }

  async drainQueue(name: string, timeoutMs: number): Promise<Drained> {
    const { queue } = this.#deps;
    await this.setPolicy(name, { isPaused: true });
    const until = performance.now() + timeoutMs;
    for (;;) {
      const rung = this.#settled.next(anyJob, Math.min(lookMs, Math.max(0, until - performance.now())));
      const running = (await queue.stats()).find((one) => one.name === name)?.running ?? 0;
      if (running === 0 || performance.now() >= until) {
        this.#settled.ring(anyJob);
        return { drained: running === 0, running };
      }
      await rung;
    }
  }

  handle(handler: JobHandler): void {
    if (this.#unsubscribe) throw new ConflictError('handlers are registered before the workers start');
    if (this.#handlers.has(handler.name)) throw new ConflictError(`${handler.name} has a handler already`);
    this.#handlers.set(handler.name, handler);
  }

  async start(): Promise<void> {
    if (this.#unsubscribe) return;
    const { queue, clock, metrics, workerId, backoff } = this.#deps;
    if (this.#deps.isAlone) await queue.endLeases();
    const deps = {
      queue,
      clock,
      log: this.#deps.log.child({ worker: workerId ?? randomUUID() }),
      backoff: backoff ?? { baseMs: 1000, capMs: 300_000 },
      seconds: metrics?.timer('pinakes_jobs_seconds', 'Time a try of a job took.', ['name', 'outcome']),
      onDequeue: (name: string, found: number) => this.#meter.dequeued(name, found),
      onSettled: ({ id, name }: Job, how: Outcome['how']) => {
        this.#meter.ended(name, how);
        this.#settled.ring(id);
      },
      onIdle: () => this.#settled.ring(anyJob),
    };
    this.#workers = [...this.#handlers.values()].map((handler) => new Worker(handler, deps));
    this.#unsubscribe = queue.onEnqueue((names) => this.#notice(names));
    this.#pruner = setInterval(() => this.#prune(), hourMs);
    this.#prune();
    this.#gauges.start();
    this.#notice();
  }

  async drain(): Promise<void> {
    if (!this.#unsubscribe) throw new UnavailableError('the workers are not started');
    for (;;) {
      const rung = this.#settled.next(anyJob, lookMs);
      if (await this.#quiet()) return this.#settled.ring(anyJob);
      await rung;
    }
  }

  async stop(): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    clearInterval(this.#pruner);
    this.#gauges.stop();
    await Promise.all(this.#workers.map((worker) => worker.stop(this.#deps.graceMs ?? 30_000)));
    this.#workers = [];
  }

  async #requireKnown(name: string): Promise<void> {
    if (this.#handlers.has(name)) return;
    if ((await this.#deps.queue.stats()).some((one) => one.name === name)) return;
    throw new NotFoundError('queue');
  }

  /** Whether no job that has a handler here is due or running anywhere. */
  async #quiet(): Promise<boolean> {
    const { queue, clock } = this.#deps;
    if (!this.#workers.every((worker) => worker.idle)) return false;
    const names = [...this.#handlers.keys()];
    const due = await queue.nextDue(names);
    if (due !== undefined && due <= clock.now()) return false;
    const counts = await queue.counts();
    return !counts.some(({ name, state }) => state === 'running' && this.#handlers.has(name));
  }

  #notice(names?: readonly string[]): void {
    for (const worker of this.#workers) if (!names || names.includes(worker.name)) worker.notice();
  }

  #prune(): void {
    const { queue, clock, keepDoneMs, log } = this.#deps;
    queue.prune(clock.now() - (keepDoneMs ?? 24 * hourMs)).catch((error: unknown) => {
      log.warn({ err: error }, 'could not prune done jobs');
    });
  }
}
