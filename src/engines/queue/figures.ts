/** How the jobs in a SQLite file stand. Cost: some look-ups a name, whatever the depth. */

import { allPolicies, type PoliciesAt } from './policies.ts';
import type { JobState, QueueStats } from './port.ts';
import type { Prepared } from './prepared.ts';
import { stateOf } from './rows.ts';
import type { Stage } from './schema.ts';

/** How far due jobs are counted. */
const countedTo = 10_000;
const priorities = 16;

const overdue = `select count(*) as n from (
  select 1 from jobs where stage = 'delayed' and name = ? and run_after <= ? limit ${countedTo})`;
const ready = `select count from tallies where stage = 'ready' and name = ?`;
const firstBelow = `select priority, run_after from jobs
  where stage = 'ready' and name = ? and priority < ? order by priority desc, id limit 1`;
const firstOverdue = `select min(run_after) as due from jobs where stage = 'delayed' and name = ? and run_after <= ?`;

/** How many are in each state, by name. */
export function countStates(prepared: Prepared): { name: string; state: JobState; count: number }[] {
  const rows = prepared(
    'select name, stage, count from tallies where count > 0 order by name, stage',
  ).all() as { name: string; stage: Stage; count: number }[];
  const byState = new Map<string, { name: string; state: JobState; count: number }>();
  for (const { name, stage, count } of rows) {
    const state = stateOf(stage);
    const key = `${name} ${state}`;
    byState.set(key, { name, state, count: count + (byState.get(key)?.count ?? 0) });
  }
  return [...byState.values()];
}

/** How many jobs of a name wait whose time has come. */
export function countDue(prepared: Prepared, name: string, now: number): number {
  const promoted = Number(prepared(ready).get(name)?.['count'] ?? 0);
  return promoted + Number(prepared(overdue).get(name, now)?.['n'] ?? 0);
}

/** When the oldest of them became due: the first of each priority is its oldest. */
function oldestDue(prepared: Prepared, name: string, now: number): number | null {
  const dues: number[] = [];
  let below = Number.MAX_SAFE_INTEGER;
  for (let seen = 0; seen < priorities; seen += 1) {
    const row = prepared(firstBelow).get(name, below);
    if (!row) break;
    below = Number(row['priority']);
    dues.push(Number(row['run_after']));
  }
  const delayed = prepared(firstOverdue).get(name, now)?.['due'];
  if (typeof delayed === 'number') dues.push(delayed);
  return dues.length === 0 ? null : Math.min(...dues);
}

/** How the jobs of each name stand. */
export function standing(at: PoliciesAt, now: number): QueueStats[] {
  const { prepared } = at;
  const counts = countStates(prepared);
  const names = new Set([...counts.map(({ name }) => name), ...allPolicies(at).keys()]);
  return [...names].sort().map((name) => {
    const of = (state: JobState) =>
      counts.find((one) => one.name === name && one.state === state)?.count ?? 0;
    return {
      name,
      pending: of('pending'),
      due: countDue(prepared, name, now),
      running: of('running'),
      done: of('done'),
      failed: of('failed'),
      oldestDue: oldestDue(prepared, name, now),
    };
  });
}
