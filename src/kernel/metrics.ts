/** Counters, gauges and timers, exposed at `/metrics` in Prometheus' text format. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Labels of one series. */
export type Labels = Readonly<Record<string, string | number>>;

/** What a counter or a gauge says now. */
export interface Reading {
  readonly kind: 'counter' | 'gauge';
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** Hears of every duration that a timer takes. */
export type TimerListener = (name: string, labels: Labels, seconds: number) => void;

/**
 * One registry of metrics. Asking twice for the same name gives the same metric, so a
 * module asks where it counts. Names are `pinakes_<noun>_<unit>`; labels have few values.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #made = new Map<string, Counter | Gauge | Histogram>();
  #listener: TimerListener | undefined;

  #once<T extends Counter | Gauge | Histogram>(name: string, make: () => T): T {
    const known = this.#made.get(name);
    if (known) return known as T;
    const made = make();
    this.#made.set(name, made);
    return made;
  }
  /** A number that only goes up. */
  counter(name: string, help: string, labelNames: string[] = []): Counter {
    return this.#once(name, () => new Counter({ name, help, labelNames, registers: [this.registry] }));
  }
  /** A number that goes up and down; with `read`, taken when scraped. */
  gauge(name: string, help: string, read?: () => number): Gauge {
    return this.#once(name, () => {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers: [this.registry],
        ...(read && { collect: () => gauge.set(read()) }),
      });
      return gauge;
    });
  }
  /** Numbers that go up and down, told apart by labels. */
  gauges(name: string, help: string, labelNames: string[]): Gauge {
    return this.#once(name, () => new Gauge({ name, help, labelNames, registers: [this.registry] }));
  }
  /** Durations in seconds, by bucket. */
  timer(name: string, help: string, labelNames: string[] = []): Histogram {
    return this.#once(name, () => {
      const timer = new Histogram({ name, help, labelNames, buckets: seconds, registers: [this.registry] });
      if (this.#listener) tell(name, timer, this.#listener);
      return timer;
    });
  }
  /** What counters and gauges say now. Cost: as a scrape without its text. */
  async readings(): Promise<Reading[]> {
    const all: Reading[] = [];
    for (const [name, metric] of this.#made) {
      if (metric instanceof Histogram) continue;
      const kind = metric instanceof Counter ? 'counter' : 'gauge';
      const { values } = await metric.get();
      for (const { labels, value } of values) all.push({ kind, name, labels: labels as Labels, value });
    }
    return all;
  }
  /** From now on tells `listener`, the only one, of every duration. Costs nothing where nobody listens. */
  onDuration(listener: TimerListener): void {
    this.#listener = listener;
    for (const [name, metric] of this.#made) if (metric instanceof Histogram) tell(name, metric, listener);
  }
}

/** Puts a listener before a timer. */
function tell(name: string, timer: Histogram, listener: TimerListener): void {
  const observe = timer.observe.bind(timer) as (labels: Labels | number, value?: number) => void;
  timer.observe = ((labels: Labels | number, value?: number): void => {
    observe(labels, value);
    if (typeof labels === 'number') listener(name, {}, labels);
    else listener(name, labels, value ?? 0);
  }) as Histogram['observe'];
}
