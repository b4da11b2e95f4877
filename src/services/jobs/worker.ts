/** One handler's worker: keeps as many of its jobs running as it allows, with their leases alive. */
import type { Histogram } from 'prom-client';
import type { LeasedJob, Queue } from '#engines/queue/port';
import type { Clock } from '#kernel/clock';
import type { JsonObject } from '#kernel/json';
import type { Log } from '#kernel/log';
import type { Backoff, JobHandler } from './contract.ts';
import { backoffMs, judge } from './verdict.ts';

/** What workers share. */
export interface WorkerDeps {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Log;
  readonly backoff: Backoff;
  readonly seconds: Histogram | undefined;
  /** Told after each job that left this worker, with its new state stored. */
  readonly onSettled: (id: string) => void;
  /** Told when a worker has nothing in hand any more. */
  readonly onIdle: () => void;
}

/** How a try of a job ended: what that makes of the job, and how to store it. */
interface Outcome {
  readonly state: 'done' | 'failed' | 'pending';
  /** False when the lease was lost. */
  store(): Promise<boolean>;
}

const defaultLeaseMs = 60_000;
/** Jobs that another process enqueued are found within this time. */
const longestSleepMs = 5000;

/** Takes jobs when woken, when a slot is free and when the next one is due; never polls faster than that. */
export class Worker {
  readonly #handler: JobHandler;
  readonly #deps: WorkerDeps;
  readonly #leaseMs: number;
  readonly #running = new Map<LeasedJob, AbortController>();
  readonly #settling = new Set<Promise<void>>();
  #heart: NodeJS.Timeout | undefined;
  #sleep: NodeJS.Timeout | undefined;
  #filling: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(handler: JobHandler, deps: WorkerDeps) {
    this.#handler = handler;
    this.#deps = deps;
    this.#leaseMs = handler.leaseMs ?? defaultLeaseMs;
  }

  /** Whether it has nothing in hand. */
  get idle(): boolean {
    return this.#settling.size === 0 && this.#filling === undefined;
  }

  /** Looks for jobs, unless it looks already: then once more afterwards. */
  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
      if (this.#again) this.wake();
      if (this.idle) this.#deps.onIdle();
    });
  }

  /** Takes no new jobs; resolves when those in hand are settled. After `graceMs` their signals are aborted. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#sleep);
    await this.#filling;
    const impatience = setTimeout(() => {
      for (const controller of this.#running.values()) controller.abort();
    }, graceMs);
    while (this.#settling.size > 0) await Promise.all(this.#settling);
    clearTimeout(impatience);
    clearInterval(this.#heart);
  }

  async #fill(): Promise<void> {
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        await this.#take();
      }
    } catch (error) {
      this.#deps.log.error({ err: error }, 'could not take jobs');
      this.#sleepFor(longestSleepMs);
    }
  }

  async #take(): Promise<void> {
    const { queue, clock } = this.#deps;
    const { name, concurrency } = this.#handler;
    const free = concurrency - this.#running.size;
    if (free <= 0) return;
    const jobs = await queue.dequeue([name], free, this.#leaseMs);
    for (const job of jobs) this.#begin(job);
    if (jobs.length === free) return;
    const due = (await queue.nextDue([name])) ?? Number.POSITIVE_INFINITY;
    this.#sleepFor(Math.min(longestSleepMs, Math.max(1, due - clock.now())));
  }

  #sleepFor(ms: number): void {
    clearTimeout(this.#sleep);
    if (!this.#stopped) this.#sleep = setTimeout(() => this.wake(), ms);
  }

  #begin(job: LeasedJob): void {
    const controller = new AbortController();
    this.#running.set(job, controller);
    this.#heart ??= setInterval(() => this.#beat(), this.#leaseMs / 3);
    const settling = this.#work(job, controller.signal).then(() => {
      this.#settling.delete(settling);
      this.#deps.onSettled(job.id);
      if (this.idle) this.#deps.onIdle();
    });
    this.#settling.add(settling);
  }

  /** Runs a job and stores how it went; never rejects. The slot is free as soon as the handler is done. */
  async #work(job: LeasedJob, signal: AbortSignal): Promise<void> {
    const outcome = await this.#attempt(job, signal);
    this.#running.delete(job);
    if (this.#running.size === 0) {
      clearInterval(this.#heart);
      this.#heart = undefined;
    }
    const stored = outcome.store();
    this.wake();
    const log = this.#deps.log.child({ job: job.name, id: job.id });
    try {
      if (!(await stored)) log.warn('the lease was lost before the job was done');
      else if (outcome.state !== 'pending') this.#handler.settled?.(job, outcome.state);
    } catch (error) {
      log.error({ err: error }, 'could not store how the job went');
    }
  }

  /** Runs the handler; answers how it ended. */
  async #attempt(job: LeasedJob, signal: AbortSignal): Promise<Outcome> {
    const { queue, seconds } = this.#deps;
    const started = performance.now();
    const took = (outcome: string): void =>
      seconds?.observe({ name: job.name, outcome }, (performance.now() - started) / 1000);
    const checkpoint = async (payload: JsonObject): Promise<void> => {
      if (!(await queue.checkpoint(job.id, job.lease, payload))) this.#running.get(job)?.abort();
    };
    try {
      const result = await this.#handler.run(job.payload, { job, signal, checkpoint });
      took('done');
      return { state: 'done', store: () => queue.acknowledge(job.id, job.lease, result) };
    } catch (error) {
      const retryAt = this.#retryAt(job, error);
      const state = retryAt === null || job.attemptsLeft === 0 ? 'failed' : 'pending';
      took(state === 'failed' ? 'failed' : 'retry');
      return { state, store: () => queue.fail(job.id, job.lease, judge(error).message, retryAt) };
    }
  }

  #retryAt(job: LeasedJob, error: unknown): number | null {
    const { clock, log } = this.#deps;
    const backoff = this.#handler.backoff ?? this.#deps.backoff;
    const { retry, internal } = judge(error);
    if (internal) log.error({ err: error, job: job.name, id: job.id }, 'a job failed');
    return retry ? clock.now() + backoffMs(job.attempts - job.attemptsLeft, backoff) : null;
  }

  #beat(): void {
    for (const [job, controller] of this.#running) {
      this.#deps.queue.heartbeat(job.id, job.lease, this.#leaseMs).then(
        (held) => held || controller.abort(),
        (error: unknown) => this.#deps.log.warn({ err: error }, 'a heartbeat was not stored'),
      );
    }
  }
}
