/** Claiming: which jobs are due, and whose they become. All of it runs inside a transaction of the caller. */
import { randomUUID } from 'node:crypto';
import type { Head, NameLook, ShardLook } from './job-shard.ts';
import { type PoliciesAt, policyOf, spend } from './policies.ts';
import { allowance, gateOf, type PolicyState } from './policy.ts';
import type { Prepared } from './prepared.ts';
import { columns, type JobRow } from './rows.ts';

// So many at a time, so that a flood which becomes due at once holds nobody up.
const promote = `update jobs set stage = 'ready' where id in (
  select id from jobs where stage = 'delayed' and name = ? and run_after <= ? order by run_after limit 500)`;

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

/** A name that may be claimed from: how many at most, and by which policy. */
interface Share {
  readonly name: string;
  readonly most: number;
  readonly policy: PolicyState | undefined;
}

/** Makes jobs of a name whose lease expired ready again, or failed when they have no attempts left. */
export function reclaimExpired(prepared: Prepared, name: string, now: number): void {
  prepared(reclaim).run(now, name);
}

function runningOf(prepared: Prepared, name: string): number {
  const sql = `select count from tallies where name = ? and stage = 'running'`;
  return Number(prepared(sql).get(name)?.['count'] ?? 0);
}

function shareOf(at: PoliciesAt, name: string, limit: number, now: number): Share {
  const policy = policyOf(at, name);
  const running = policy ? runningOf(at.prepared, name) : 0;
  return { name, policy, most: Math.min(limit, allowance(policy, running, now)) };
}

/** Leases up to `limit` due jobs of these names until `now + leaseMs`, best first. */
export function claimDue(
  at: PoliciesAt,
  names: readonly string[],
  limit: number,
  { now, leaseMs }: { now: number; leaseMs: number },
): JobRow[] {
  const { prepared } = at;
  for (const name of names) {
    reclaimExpired(prepared, name, now);
    prepared(promote).run(name, now);
  }
  const shares = names.map((name) => shareOf(at, name, limit, now)).filter(({ most }) => most > 0);
  if (shares.length === 0) return [];
  const picks = shares.flatMap(({ name, most }) => [name, most]);
  const claimed = prepared(claim(shares.length)).all(now, randomUUID(), now + leaseMs, ...picks, limit);
  const rows = claimed as JobRow[];
  for (const { name, policy } of shares) {
    if (policy?.rate) spend(prepared, name, policy, rows.filter((row) => row.name === name).length, now);
  }
  return rows.sort((a, b) => b.priority - a.priority || a.id - b.id);
}

const waitingOfName = `select min(due) as due from (
  select min(run_after) as due from jobs where stage = 'delayed' and name = ?1
  union all select run_after from (select run_after from jobs where stage = 'ready' and name = ?1 limit 1))`;

const leasesOfName = `select min(lease_until) as due from jobs where stage = 'running' and name = ?`;

function dueOf(at: PoliciesAt, name: string, now: number): number {
  const { prepared } = at;
  const first = (sql: string): number => Number(prepared(sql).get(name)?.['due'] ?? Number.POSITIVE_INFINITY);
  const policy = policyOf(at, name);
  const gate = gateOf(policy, policy ? runningOf(prepared, name) : 0, now);
  return Math.min(Math.max(first(waitingOfName), gate), first(leasesOfName));
}

/** When the next job of these names can be claimed; undefined when there is none. */
export function earliestDue(at: PoliciesAt, names: readonly string[], now: number): number | undefined {
  const due = Math.min(...names.map((name) => dueOf(at, name, now)));
  return Number.isFinite(due) ? due : undefined;
}

const headsOfName = `select id, name, priority, created_at as createdAt from jobs where name = ?1
  and (stage = 'ready' or (stage = 'delayed' and run_after <= ?2)) order by priority desc, id limit ?3 + 0`;

const isBetter = (a: Head, b: Head): number => b.priority - a.priority || Number(a.id) - Number(b.id);

function headsOf(at: PoliciesAt, name: string, limit: number, now: number): Head[] {
  const { most } = shareOf(at, name, limit, now);
  if (most < 1) return [];
  const rows = at.prepared(headsOfName).all(name, now, most) as unknown as Head[];
  return rows.map((row) => ({ ...row, id: String(row.id) }));
}

function nameLook(at: PoliciesAt, name: string, now: number): NameLook {
  const held = policyOf(at, name);
  const has = (sql: string): boolean => at.prepared(sql).get(name) !== undefined;
  const leased = Number(at.prepared(leasesOfName).get(name)?.['due'] ?? Number.POSITIVE_INFINITY);
  return {
    name,
    held,
    running: held ? runningOf(at.prepared, name) : 0,
    nextDue: earliestDue(at, [name], now),
    hasExpired: leased <= now,
    hasStrays:
      held?.isElsewhere === true &&
      has(`select 1 from jobs where stage in ('delayed', 'ready') and name = ? limit 1`),
  };
}

/** How names stand, and the best jobs that `claimDue` would lease. */
export function lookAt(at: PoliciesAt, names: readonly string[], limit: number, now: number): ShardLook {
  const heads = names.flatMap((name) => headsOf(at, name, limit, now));
  return {
    names: names.map((name) => nameLook(at, name, now)),
    heads: heads.sort(isBetter).slice(0, limit),
  };
}
