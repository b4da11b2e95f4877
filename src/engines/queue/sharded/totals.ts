/** Figures of several shards as those of one queue. */
import type { JobState, QueueStats } from '../port.ts';

/** How many jobs of a name are in a state. */
interface Count {
  readonly name: string;
  readonly state: JobState;
  readonly count: number;
}

/** Added up by name and state. */
export function totalCounts(each: Iterable<readonly Count[]>): Count[] {
  const byState = Map.groupBy([...each].flat(), ({ name, state }) => `${state} ${name}`);
  return [...byState.values()].flatMap((counts) => {
    const [first] = counts;
    return first ? [{ ...first, count: counts.reduce((sum, { count }) => sum + count, 0) }] : [];
  });
}

const earliest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

const together = (a: QueueStats, b: QueueStats): QueueStats => ({
  name: a.name,
  pending: a.pending + b.pending,
  due: a.due + b.due,
  running: a.running + b.running,
  done: a.done + b.done,
  failed: a.failed + b.failed,
  oldestDue: earliest(a.oldestDue, b.oldestDue),
});

/** Added up by name, sorted by it. */
export function totalStats(each: Iterable<readonly QueueStats[]>): QueueStats[] {
  const byName = new Map<string, QueueStats>();
  for (const one of [...each].flat()) {
    const before = byName.get(one.name);
    byName.set(one.name, before ? together(before, one) : one);
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
