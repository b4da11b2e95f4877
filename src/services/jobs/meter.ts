/** What this process does with jobs, counted by name. */
import type { Counter } from 'prom-client';
import type { Clock } from '#kernel/clock';
import type { Metrics } from '#kernel/metrics';
import type { Outcome } from './attempt.ts';
import type { QueueView } from './contract.ts';
import { Rates } from './rates.ts';

/** Counts what is enqueued, taken and ended. */
export class Meter {
  readonly #rates: Rates<'enqueued' | Outcome['how']>;
  readonly #dequeues = new Map<string, { all: number; empty: number }>();
  readonly #counter: Counter | undefined;

  constructor(clock: Clock, metrics: Metrics | undefined) {
    this.#rates = new Rates(clock);
    this.#counter = metrics?.counter(
      'pinakes_jobs_dequeues_total',
      'How often jobs were asked for, by whether there were any.',
      ['name', 'outcome'],
    );
  }

  enqueued(name: string): void {
    this.#rates.add(name, 'enqueued');
  }

  dequeued(name: string, found: number): void {
    const { all, empty } = this.dequeues(name);
    this.#dequeues.set(name, { all: all + 1, empty: empty + (found === 0 ? 1 : 0) });
    this.#counter?.inc({ name, outcome: found === 0 ? 'empty' : 'found' });
  }

  ended(name: string, how: Outcome['how']): void {
    this.#rates.add(name, how);
  }

  dequeues(name: string): QueueView['dequeues'] {
    return this.#dequeues.get(name) ?? { all: 0, empty: 0 };
  }

  perMinute(name: string): QueueView['perMinute'] {
    const of = (kind: 'enqueued' | Outcome['how']) => this.#rates.perMinute(name, kind);
    return { enqueued: of('enqueued'), done: of('done'), failed: of('failed'), retried: of('retry') };
  }
}
