/** Sends metrics and traces where the configuration says. Nothing of it is loaded where it is off. */
import type { Config } from '#apps/config/config';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import { type Tracing, traceParts } from '#kernel/tracing/tracing';
import type { JobHandler } from '#services/jobs/contract';

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

/** A handler of which every try is a trace of its own; the same where there is no tracing. */
export function traceJob(tracing: Tracing | undefined, handler: JobHandler): JobHandler {
  if (!tracing) return handler;
  const run: JobHandler['run'] = async (payload, context) => {
    const span = tracing.begin(`job ${handler.name}`);
    try {
      const answer = await span.run(() => handler.run(payload, context));
      span.end();
      return answer;
    } catch (error) {
      span.end({}, error);
      throw error;
    }
  };
  const get = (_: JobHandler, key: string | symbol): unknown =>
    key === 'run' ? run : Reflect.get(handler, key, handler);
  return new Proxy(handler, { get });
}
