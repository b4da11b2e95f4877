/** One try of one job: runs the handler and says what its end makes of the job. */
import type { Histogram } from 'prom-client';
import type { LeasedJob, Queue } from '#engines/queue/port';
import type { Clock } from '#kernel/clock';
import type { JsonObject } from '#kernel/json';
import type { Log } from '#kernel/log';
import { type Backoff, type JobHandler, PostponeError } from './contract.ts';
import { backoffMs, judge } from './verdict.ts';

/** What a try needs. */
export interface AttemptDeps {
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Log;
  readonly backoff: Backoff;
  readonly seconds: Histogram | undefined;
}

/** How a try of a job ended: what that makes of the job, and how to store it. */
export interface Outcome {
  readonly state: 'done' | 'failed' | 'pending';
  readonly how: 'done' | 'failed' | 'retry' | 'postponed';
  /** False when the lease was lost. */
  store(): Promise<boolean>;
}

function retryAt(handler: JobHandler, job: LeasedJob, error: unknown, deps: AttemptDeps): number | null {
  const { retry, internal } = judge(error);
  if (internal) deps.log.error({ err: error, job: job.name, id: job.id }, 'a job failed');
  if (!retry) return null;
  const tried = job.attempts - job.attemptsLeft;
  return deps.clock.now() + backoffMs(tried, handler.backoff ?? deps.backoff);
}

function thrown(handler: JobHandler, job: LeasedJob, error: unknown, deps: AttemptDeps): Outcome {
  const { queue, clock } = deps;
  if (error instanceof PostponeError) {
    const { payload, delayMs } = error;
    const store = () => queue.postpone(job.id, job.lease, payload, clock.now() + delayMs);
    return { state: 'pending', how: 'postponed', store };
  }
  const again = retryAt(handler, job, error, deps);
  const isOver = again === null || job.attemptsLeft === 0;
  const store = () => queue.fail(job.id, job.lease, judge(error).message, again);
  return isOver ? { state: 'failed', how: 'failed', store } : { state: 'pending', how: 'retry', store };
}

async function ended(
  handler: JobHandler,
  context: Parameters<JobHandler['run']>[1] & { readonly job: LeasedJob },
  deps: AttemptDeps,
): Promise<Outcome> {
  const { job } = context;
  try {
    const result = await handler.run(job.payload, context);
    const store = () => deps.queue.acknowledge(job.id, job.lease, result);
    return { state: 'done', how: 'done', store };
  } catch (error) {
    return thrown(handler, job, error, deps);
  }
}

/** Runs a handler on a job; answers how it ended, never rejects. A lost lease shows in `controller`. */
export async function attempt(
  handler: JobHandler,
  job: LeasedJob,
  controller: AbortController,
  deps: AttemptDeps,
): Promise<Outcome> {
  const { queue, seconds } = deps;
  const started = performance.now();
  const checkpoint = async (payload: JsonObject): Promise<void> => {
    if (!(await queue.checkpoint(job.id, job.lease, payload))) controller.abort();
  };
  const context = { job, signal: controller.signal, checkpoint };
  const outcome = await ended(handler, context, deps);
  seconds?.observe({ name: job.name, outcome: outcome.how }, (performance.now() - started) / 1000);
  return outcome;
}
