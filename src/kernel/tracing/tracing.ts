/** Traces: what a request or a job did, as spans within spans. Where tracing is off there is none of this. */

/** What a span says of itself beside its name and times. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** Headers as Node.js has them, names in lower case. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A span that others stand below. */
export interface OpenSpan {
  /** `traceparent` of W3C Trace Context, so that whoever is called or answered can go on with the trace. */
  readonly traceparent: string;
  /** Runs work whose spans stand below this one, across everything that it awaits. */
  run<T>(work: () => T): T;
  /** Ends it; `error` says that it failed. */
  end(facts?: SpanFacts, error?: unknown): void;
}

/** Makes spans and sends them away. Never throws and never waits for whoever receives them. */
export interface Tracing {
  /** Begins a trace, or goes on with the one that `headers` tell of. */
  begin(name: string, headers?: Headers, facts?: SpanFacts): OpenSpan;
  /** Runs work in a span below the one that runs; where none runs, without a span. Failing work is told as failed. */
  within<T>(name: string, work: () => T): T;
  /** `traceparent` of the span that runs, for calls to programs of one's own; undefined where none runs. */
  traceparent(): string | undefined;
  /** Sends what waits, for 2 seconds at most. */
  close(): Promise<void>;
}

type Method = (...args: unknown[]) => unknown;

/**
 * `target`, with every call from outside a span of the trace that runs: `name.method`. What it calls of itself is not told.
 * Cost where no trace runs: a look-up.
 */
export function traceCalls<T extends object>(tracing: Tracing, name: string, target: T): T {
  const wrapped = new Map<string, Method>();
  const wrap = (key: string, method: Method): Method => {
    const known = wrapped.get(key);
    if (known) return known;
    const span = `${name}.${key}`;
    const made: Method = (...args) => tracing.within(span, () => method.apply(target, args));
    wrapped.set(key, made);
    return made;
  };
  return new Proxy(target, {
    get(_, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return typeof key === 'string' ? wrap(key, value as Method) : value.bind(target);
    },
  });
}

/** All parts of a record with `traceCalls`, each under its key. */
export function traceParts<T extends object>(
  tracing: Tracing,
  parts: T,
  names: readonly (keyof T & string)[],
): T {
  const traced = names.map((name) => [name, traceCalls(tracing, name, parts[name] as object)]);
  return { ...parts, ...Object.fromEntries(traced) };
}
