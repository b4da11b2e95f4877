/** Claiming: which jobs are due, and whose they become. All of it runs inside a transaction of the caller. */
import { randomUUID } from 'node:crypto';
import type { StatementSync } from 'node:sqlite';
import { columns, type JobRow } from './rows.ts';

/** Prepares SQL once. */
export type Prepared = (sql: string) => StatementSync;

const promote = `update jobs set stage = 'ready' where stage = 'delayed' and name = ? and run_after <= ?`;

const reclaim = `update jobs
  set stage = iif(attempts_left > 0, 'ready', 'failed'),
    error = iif(attempts_left > 0, error, 'the worker stopped before this was done'),
    lease = null, lease_until = null, updated_at = ?1
  where stage = 'running' and name = ?2 and lease_until <= ?1`;

// A bare `limit ?` makes SQLite plan the statement anew at every binding; an expression does not.
const firstOfName = `select * from (
  select id, priority from jobs where stage = 'ready' and name = ? order by priority desc, id limit ? + 0)`;

const claim = (names: number): string => `update jobs
  set stage = 'running', attempts_left = attempts_left - 1, updated_at = ?, lease = ?, lease_until = ?
  where id in (
    select id from (${Array.from({ length: names }, () => firstOfName).join(' union all ')})
    order by priority desc, id limit ? + 0)
  returning ${columns}`;

/** Makes jobs of a name whose lease expired ready again, or failed when they have no attempts left. */
export function reclaimExpired(prepared: Prepared, name: string, now: number): void {
  prepared(reclaim).run(now, name);
}

/** Leases up to `limit` due jobs of these names until `now + leaseMs`, best first. */
export function claimDue(
  prepared: Prepared,
  names: readonly string[],
  limit: number,
  { now, leaseMs }: { now: number; leaseMs: number },
): JobRow[] {
  for (const name of names) {
    reclaimExpired(prepared, name, now);
    prepared(promote).run(name, now);
  }
  const picks = names.flatMap((name) => [name, limit]);
  const rows = prepared(claim(names.length)).all(now, randomUUID(), now + leaseMs, ...picks, limit);
  return (rows as JobRow[]).sort((a, b) => b.priority - a.priority || a.id - b.id);
}

const dueOfName = `select min(due) as due from (
  select min(run_after) as due from jobs where stage = 'delayed' and name = ?1
  union all select run_after from (select run_after from jobs where stage = 'ready' and name = ?1 limit 1)
  union all select min(lease_until) from jobs where stage = 'running' and name = ?1)`;

/** When the next job of these names can be claimed; undefined when there is none. */
export function earliestDue(prepared: Prepared, names: readonly string[]): number | undefined {
  const dues = names.map((name) => prepared(dueOfName).get(name)?.['due']);
  const known = dues.filter((due) => typeof due === 'number');
  return known.length === 0 ? undefined : Math.min(...known);
}
