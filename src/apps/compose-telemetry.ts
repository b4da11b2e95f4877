/** Sends metrics and traces where the configuration says. Nothing of it is loaded where it is off. */
import type { Config } from '#apps/config/config';
import type { JsonObject } from '#kernel/json';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import { type Tracing, traceParts } from '#kernel/tracing/tracing';
import { type JobHandler, type Jobs, PostponeError } from '#services/jobs/contract';

/** What goes out, and what comes in. */
export interface TelemetryRun {
  /** Undefined where no traces are sent. */
  readonly tracing: Tracing | undefined;
  /** Begins with StatsD. Rejects when the address to listen at cannot be bound. */
  start(): Promise<void>;
  /** Sends what waits. */
  stop(): Promise<void>;
}

async function openTracing({ telemetry: { otlp } }: Config, log: Log): Promise<Tracing | undefined> {
  if (!otlp) return undefined;
  const { openOtlp } = await import('#kernel/tracing/otlp');
  return openOtlp({ ...otlp, log: log.child({ part: 'traces' }) });
}

/** Begins to send and to take StatsD, where that is configured; answers how to stop. */
async function startStatsd({ telemetry }: Config, log: Log, metrics: Metrics): Promise<() => Promise<void>> {
  const { statsd: to, statsdListen: at } = telemetry;
  const deps = { metrics, log: log.child({ part: 'statsd' }) };
  const receiver = at && (await (await import('#kernel/statsd/receiver')).receiveStatsd({ ...deps, at }));
  const emitter = to && new (await import('#kernel/statsd/emitter')).StatsdEmitter({ ...deps, to });
  emitter?.start();
  return async () => {
    await emitter?.stop();
    await receiver?.close();
  };
}

/** Metrics and traces of one installation. */
export async function composeTelemetry(config: Config, log: Log, metrics: Metrics): Promise<TelemetryRun> {
  const tracing = await openTracing(config, log);
  let stopStatsd: (() => Promise<void>) | undefined;
  return {
    tracing,
    async start() {
      stopStatsd = await startStatsd(config, log, metrics);
    },
    async stop() {
      await stopStatsd?.();
      await tracing?.close();
    },
  };
}

/** Parts with their calls in traces; the same parts where there is no tracing. */
export function traced<T extends object>(
  tracing: Tracing | undefined,
  parts: T,
  names: readonly (keyof T & string)[],
): T {
  return tracing ? traceParts(tracing, parts, names) : parts;
}

/** Where a job's payload says in which trace it was enqueued; handlers never see it. */
const field = 'traceparent';

/** Jobs that remember the trace in which they are enqueued; the same where there is no tracing. */
export function traceJobs(tracing: Tracing | undefined, jobs: Jobs): Jobs {
  if (!tracing) return jobs;
  const marked = <T extends { readonly payload: JsonObject }>(job: T): T => {
    const parent = tracing.traceparent();
    return parent === undefined ? job : { ...job, payload: { ...job.payload, [field]: parent } };
  };
  const own: Pick<Jobs, 'enqueue' | 'enqueueMany'> = {
    enqueue: (job) => jobs.enqueue(marked(job)),
    enqueueMany: (all) => jobs.enqueueMany(all.map(marked)),
  };
  return overridden(jobs, own);
}

/** A handler of which every try is in a trace: that of whoever enqueued the job, else one of its own. The same where there is no tracing. */
export function traceJob(tracing: Tracing | undefined, handler: JobHandler): JobHandler {
  if (!tracing) return handler;
  const run: JobHandler['run'] = async ({ [field]: parent, ...payload }, context) => {
    const span = tracing.begin(
      `job ${handler.name}`,
      typeof parent === 'string' ? { traceparent: parent } : {},
    );
    const kept = (next: JsonObject): JsonObject =>
      parent === undefined ? next : { ...next, [field]: parent };
    const job = { ...context.job, payload };
    const checkpoint = (next: JsonObject): Promise<void> => context.checkpoint(kept(next));
    try {
      const answer = await span.run(() => handler.run(payload, { ...context, job, checkpoint }));
      span.end();
      return answer;
    } catch (error) {
      if (error instanceof PostponeError) span.end();
      else span.end({}, error);
      throw error instanceof PostponeError ? new PostponeError(kept(error.payload), error.delayMs) : error;
    }
  };
  return overridden(handler, { run });
}

/** An object with some of its methods replaced. */
function overridden<T extends object>(target: T, own: Partial<T>): T {
  const get = (_: T, key: string | symbol): unknown => {
    if (key in own) return own[key as keyof T];
    const value: unknown = Reflect.get(target, key, target);
    return typeof value === 'function' ? value.bind(target) : value;
  };
  return new Proxy(target, { get });
}
