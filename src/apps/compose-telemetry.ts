/** Sends metrics and traces where the configuration says. Nothing of it is loaded where it is off. */
import type { Config } from '#apps/config/config';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import type { Tracing } from '#kernel/tracing/tracing';
import type { JobHandler } from '#services/jobs/contract';

/** What was begun. */
export interface TelemetryRun {
  stop(): Promise<void>;
}

/** The tracing that is configured; undefined where none is. */
export async function composeTracing(
  { telemetry: { otlp } }: Config,
  log: Log,
): Promise<Tracing | undefined> {
  if (!otlp) return undefined;
  const { openOtlp } = await import('#kernel/tracing/otlp');
  return openOtlp({ ...otlp, log: log.child({ part: 'traces' }) });
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

/** Begins to send and to take StatsD, where that is configured. Rejects when the address to listen at cannot be bound. */
export async function startStatsd({ telemetry }: Config, log: Log, metrics: Metrics): Promise<TelemetryRun> {
  const { statsd: to, statsdListen: at } = telemetry;
  const deps = { metrics, log: log.child({ part: 'statsd' }) };
  const receiver = at && (await (await import('#kernel/statsd/receiver')).receiveStatsd({ ...deps, at }));
  const emitter = to && new (await import('#kernel/statsd/emitter')).StatsdEmitter({ ...deps, to });
  emitter?.start();
  return {
    async stop() {
      await emitter?.stop();
      await receiver?.close();
    },
  };
}
