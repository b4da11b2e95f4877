/** Traces by OpenTelemetry, sent by OTLP over HTTP. Its packages are loaded by whoever calls `openOtlp` first. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Span, TextMapPropagator, Tracer } from '@opentelemetry/api';
import type { Log } from '#kernel/log';
import type { Headers, OpenSpan, SpanFacts, Tracing } from './tracing.ts';

/** Where to send, and how much. */
export interface OtlpOptions {
  /** The collector, as `http://127.0.0.1:4318`; a path other than `/` is taken as the whole address. */
  readonly url: string;
  /** The share of traces that begin here and are sent, 0 to 1; others' are sent when they say so. */
  readonly sample: number;
  readonly log: Log;
}

type Api = typeof import('@opentelemetry/api');

const closeMs = 2000;

/** Where in a trace something runs. What goes on after its request or job has ended belongs to it no more. */
interface Place {
  readonly context: Context;
  readonly trace: { isOver: boolean };
}

/** `/v1/traces` below the collector's address. */
function tracesUrl(url: string): string {
  const { pathname } = new URL(url);
  return pathname === '/' ? new URL('/v1/traces', url).href : url;
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | undefined)?.then === 'function';

class OtlpTracing implements Tracing {
  readonly #api: Api;
  readonly #tracer: Tracer;
  readonly #propagator: TextMapPropagator;
  readonly #shutdown: () => Promise<void>;
  readonly #current = new AsyncLocalStorage<Place>();

  constructor(api: Api, tracer: Tracer, propagator: TextMapPropagator, shutdown: () => Promise<void>) {
    this.#api = api;
    this.#tracer = tracer;
    this.#propagator = propagator;
    this.#shutdown = shutdown;
  }

  begin(name: string, headers: Headers = {}, facts: SpanFacts = {}): OpenSpan {
    const { ROOT_CONTEXT, defaultTextMapGetter, trace, SpanKind } = this.#api;
    const parent = this.#propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const span = this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes: facts }, parent);
    const context = trace.setSpan(parent, span);
    const place: Place = { context, trace: { isOver: false } };
    return {
      traceparent: this.#header(context) ?? '',
      run: (work) => this.#current.run(place, work),
      end: (more = {}, error = undefined) => {
        place.trace.isOver = true;
        this.#end(span.setAttributes(more), error);
      },
    };
  }

  within<T>(name: string, work: () => T): T {
    const place = this.#current.getStore();
    if (!place || place.trace.isOver) return work();
    const span = this.#tracer.startSpan(name, {}, place.context);
    if (!span.isRecording()) return work();
    const below = { ...place, context: this.#api.trace.setSpan(place.context, span) };
    return this.#current.run(below, () => this.#follow(span, work));
  }

  traceparent(): string | undefined {
    const place = this.#current.getStore();
    return place && !place.trace.isOver ? this.#header(place.context) : undefined;
  }

  async close(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, closeMs);
    await Promise.race([this.#shutdown().catch(() => undefined), late]);
    clearTimeout(timer);
  }

  #header(context: Context): string | undefined {
    const carrier: Record<string, string> = {};
    this.#propagator.inject(context, carrier, this.#api.defaultTextMapSetter);
    return carrier['traceparent'];
  }

  #follow<T>(span: Span, work: () => T): T {
    try {
      const answer = work();
      if (!isPromise(answer)) {
        this.#end(span, undefined);
        return answer;
      }
      const ended = answer.then(
        (value) => {
          this.#end(span, undefined);
          return value;
        },
        (error: unknown) => {
          this.#end(span, error);
          throw error;
        },
      );
      return ended as T;
    } catch (error) {
      this.#end(span, error);
      throw error;
    }
  }

  /** Errors are told by their kind: their words may hold what is private. */
  #end(span: Span, error: unknown): void {
    if (error !== undefined) {
      const message = error instanceof Error ? error.name : 'Error';
      span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message });
    }
    span.end();
  }
}

/** Loads OpenTelemetry and begins. Spans wait in a queue of 2,048 at most and go every 2 seconds; what does not fit is dropped. */
export async function openOtlp({ url, sample, log }: OtlpOptions): Promise<Tracing> {
  const [api, core, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/core'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  core.setGlobalErrorHandler((error) => log.warn({ err: error }, 'traces could not be sent'));
  const exporter = new OTLPTraceExporter({ url: tracesUrl(url), timeoutMillis: closeMs });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'pinakes' }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(sample) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, scheduledDelayMillis: 2000 })],
  });
  const shutdown = () => provider.shutdown();
  return new OtlpTracing(api, provider.getTracer('pinakes'), new core.W3CTraceContextPropagator(), shutdown);
}
