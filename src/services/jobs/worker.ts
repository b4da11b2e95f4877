/** One handler's worker: keeps as many of its jobs running as it allows, with their leases alive. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LeasedJob } from '#engines/queue/port';
import { type AttemptDeps, attempt, type Outcome } from './attempt.ts';
import type { JobHandler } from './contract.ts';

/** What workers share. */
export interface WorkerDeps extends AttemptDeps {
  /** Told of each dequeue: how many jobs it gave. */
  readonly onDequeue: (name: string, found: number) => void;
  /** Told after each job that left this worker, with its new state stored. */
  readonly onSettled: (job: LeasedJob, how: Outcome['how']) => void;
  /** Told when a worker has nothing in hand any more. */
  readonly onIdle: () => void;
}

const defaultLeaseMs = 60_000;
/** Jobs that another process enqueued are found within this time. */
const longestSleepMs = 5000;
/** The pause after a dequeue that found nothing though something was due: others take it. */
const emptyPauseMs = 50;
const unknown = Number.NaN;

/**
 * Takes jobs when told of new ones, when a slot is free and when the next one is due; looks before it takes, and never
 * polls faster than every five seconds.
 */
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
  #slots: number;
  /** When the next job is due as far as is known. */
  #dueAt = unknown;
  #heard = false;

  constructor(handler: JobHandler, deps: WorkerDeps) {
    this.#handler = handler;
    this.#deps = deps;
    this.#leaseMs = handler.leaseMs ?? defaultLeaseMs;
    this.#slots = handler.concurrency;
  }

  get name(): string {
    return this.#handler.name;
  }

  /** Whether it has nothing in hand. */
  get idle(): boolean {
    return this.#settling.size === 0 && this.#filling === undefined;
  }

  /** How many jobs it may run at once now, and how many it runs. */
  get pool(): { slots: number; running: number } {
    return { slots: this.#slots, running: this.#running.size };
  }

  /** Something may have become due. */
  notice(): void {
    this.#heard = true;
    this.#dueAt = unknown;
    this.#wake();
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

  /** Looks for jobs, unless it looks already: then once more afterwards. */
  #wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
      if (this.#again) this.#wake();
      if (this.idle) this.#deps.onIdle();
    });
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

  get #isDue(): boolean {
    return this.#dueAt <= this.#deps.clock.now();
  }

  async #take(): Promise<void> {
    if ((await this.#free()) <= 0) return;
    if (!this.#isDue) await this.#look();
    if (!this.#isDue) return this.#sleepUntil(this.#dueAt);
    // Jobs that end in this turn make room as well: one dequeue for all of them.
    if (this.#running.size > 0) await nextTurn();
    const free = await this.#free();
    const jobs = await this.#deps.queue.dequeue([this.name], free, this.#leaseMs);
    this.#deps.onDequeue(this.name, jobs.length);
    for (const job of jobs) this.#begin(job);
    if (jobs.length === free) {
      this.#dueAt = unknown;
      return;
    }
    await this.#look();
    this.#sleepUntil(
      jobs.length > 0 ? this.#dueAt : Math.max(this.#dueAt, this.#deps.clock.now() + emptyPauseMs),
    );
  }

  /** How many more jobs may run: a pool has more slots the more jobs wait. */
  async #free(): Promise<number> {
    const { concurrency, pool } = this.#handler;
    if (pool && this.#running.size >= concurrency) {
      const depth = await this.#deps.queue.depth(this.name);
      this.#slots = Math.max(
        concurrency,
        Math.min(pool.most, concurrency + Math.floor(depth / pool.depthPerSlot)),
      );
    } else {
      this.#slots = concurrency;
    }
    return this.#slots - this.#running.size;
  }

  async #look(): Promise<void> {
    this.#heard = false;
    const due = await this.#deps.queue.nextDue([this.name]);
    this.#dueAt = this.#heard ? unknown : (due ?? Number.POSITIVE_INFINITY);
  }

  /** Until a time that is not known nobody sleeps: whoever made it so has woken this worker as well. */
  #sleepUntil(time: number): void {
    if (Number.isNaN(time)) return;
    this.#sleepFor(Math.min(longestSleepMs, Math.max(1, time - this.#deps.clock.now())));
  }

  #sleepFor(ms: number): void {
    clearTimeout(this.#sleep);
    if (!this.#stopped) this.#sleep = setTimeout(() => this.#wake(), ms);
  }

  #begin(job: LeasedJob): void {
    const controller = new AbortController();
    this.#running.set(job, controller);
    this.#heart ??= setInterval(() => this.#beat(), this.#leaseMs / 3);
    const settling = this.#work(job, controller).then(() => {
      this.#settling.delete(settling);
      if (this.idle) this.#deps.onIdle();
    });
    this.#settling.add(settling);
  }

  /** Runs a job and stores how it went; never rejects. The slot is free as soon as the handler is done. */
  async #work(job: LeasedJob, controller: AbortController): Promise<void> {
    const outcome = await attempt(this.#handler, job, controller, this.#deps);
    this.#running.delete(job);
    if (this.#running.size === 0) {
      clearInterval(this.#heart);
      this.#heart = undefined;
    }
    const stored = outcome.store();
    if (this.#isDue || Number.isNaN(this.#dueAt)) this.#wake();
    await this.#settle(job, outcome, stored);
    this.#deps.onSettled(job, outcome.how);
    // Its end may have made room under a policy, or itself due again.
    if (!this.#isDue) this.#wake();
  }

  async #settle(job: LeasedJob, { state }: Outcome, stored: Promise<boolean>): Promise<void> {
    const about = { job: job.name, id: job.id };
    try {
      if (!(await stored)) this.#deps.log.warn(about, 'the lease was lost before the job was done');
      else if (state !== 'pending') this.#handler.settled?.(job, state);
    } catch (error) {
      this.#deps.log.error({ ...about, err: error }, 'could not store how the job went');
    }
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
