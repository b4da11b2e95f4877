/** Queues as those who look after them see them. */
import type { QueuePolicy, QueueStats } from '#engines/queue/port';
import type { QueueView } from './contract.ts';
import type { Meter } from './meter.ts';

/** What is known of all names. */
export interface Known {
  readonly stats: readonly QueueStats[];
  readonly policies: ReadonlyMap<string, QueuePolicy>;
  /** Names that have a handler here. */
  readonly names: Iterable<string>;
  /** Slots of workers that run. */
  readonly slots: ReadonlyMap<string, number>;
  readonly meter: Meter;
}

const open: QueuePolicy = { isPaused: false, concurrency: null, rate: null };
const nothing = { pending: 0, due: 0, running: 0, done: 0, failed: 0, oldestDue: null };

/** A view of each name that has jobs, a policy or a handler, by name. */
export function queueViews({ stats, policies, names, slots, meter }: Known): QueueView[] {
  const byName = new Map(stats.map((one) => [one.name, one]));
  const all = [...new Set([...byName.keys(), ...names])].sort();
  return all.map((name) => ({
    ...(byName.get(name) ?? { name, ...nothing }),
    policy: policies.get(name) ?? open,
    perMinute: meter.perMinute(name),
    slots: slots.get(name) ?? null,
    dequeues: meter.dequeues(name),
  }));
}
