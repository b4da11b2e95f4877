/** How the jobs in MySQL stand. Counting walks an index: some tenths of a second for a million jobs. */
import { gateOf } from '../policy.ts';
import type { JobState, QueueStats } from '../port.ts';
import { stateOf } from '../rows.ts';
import { policiesIn, policySql } from './claim.ts';
import type { Answer, QueuePool } from './pool.ts';
import { stageAt, text } from './rows.ts';
import { stages } from './schema.ts';

const countedTo = 10_000;
const waiting = `${stages.delayed}, ${stages.ready}`;

const countSql = (database: string) =>
  `select name, stage, count(*) as n from ${database}.jobs group by name, stage order by name, stage`;

function statesIn(answer: Answer | undefined): { name: string; state: JobState; count: number }[] {
  const byState = new Map<string, { name: string; state: JobState; count: number }>();
  for (const { name, stage, n } of answer?.rows ?? []) {
    const one = { name: String(name), state: stateOf(stageAt(stage)) };
    const key = `${one.name} ${one.state}`;
    byState.set(key, { ...one, count: Number(n) + (byState.get(key)?.count ?? 0) });
  }
  return [...byState.values()];
}

/** How many are in each state, by name. */
export async function countStates(pool: QueuePool, database: string) {
  const [answer] = await pool.read([countSql(database)]);
  return statesIn(answer);
}

/** How the jobs of each name stand. */
export async function standing(pool: QueuePool, database: string, now: number): Promise<QueueStats[]> {
  const [all, due, policies] = await pool.read([
    countSql(database),
    `select name, count(*) as n, min(due_at) as oldest from ${database}.jobs
      where stage in (${waiting}) and due_at <= ${now} group by name`,
    `select name from ${database}.policies`,
  ]);
  const counts = statesIn(all);
  const dues = new Map((due?.rows ?? []).map((row) => [String(row['name']), row]));
  const names = [
    ...counts.map(({ name }) => name),
    ...(policies?.rows ?? []).map(({ name }) => String(name)),
  ];
  return [...new Set(names)].sort().map((name) => {
    const of = (state: JobState) =>
      counts.find((one) => one.name === name && one.state === state)?.count ?? 0;
    const row = dues.get(name);
    return {
      name,
      pending: of('pending'),
      due: Number(row?.['n'] ?? 0),
      running: of('running'),
      done: of('done'),
      failed: of('failed'),
      oldestDue: row ? Number(row['oldest']) : null,
    };
  });
}

/** How many jobs of a name wait whose time has come. */
export async function countDue(
  pool: QueuePool,
  database: string,
  name: string,
  now: number,
): Promise<number> {
  const each = [stages.delayed, stages.ready].map(
    (
      stage,
    ) => `(select 1 from ${database}.jobs where name = ${text(name)} and stage = ${stage} and due_at <= ${now}
      limit ${countedTo})`,
  );
  const [answer] = await pool.read([`select count(*) as n from (${each.join(' union all ')}) due`]);
  return Number(answer?.rows[0]?.['n'] ?? 0);
}

/** When the next job of these names can be claimed; undefined when there is none. */
export async function earliestDue(
  pool: QueuePool,
  database: string,
  names: readonly string[],
  now: number,
): Promise<number | undefined> {
  const earliest = (name: string, stage: number) =>
    `(select min(due_at) from ${database}.jobs where name = ${text(name)} and stage = ${stage})`;
  const each = names.map(
    (
      name,
    ) => `select ${earliest(name, stages.delayed)} as later_at, ${earliest(name, stages.ready)} as ready_at,
      ${earliest(name, stages.running)} as leased_at`,
  );
  const answers = await pool.read([...policySql(database, names, ''), ...each]);
  const { policies, running } = policiesIn(answers.slice(0, 2));
  const dues = names.map((name, i) => {
    const row = answers[2 + i]?.rows[0];
    const at = (column: string) => Number(row?.[column] ?? Number.POSITIVE_INFINITY);
    const gate = gateOf(policies.get(name), running.get(name) ?? 0, now);
    return Math.min(Math.max(Math.min(at('later_at'), at('ready_at')), gate), at('leased_at'));
  });
  const due = Math.min(...dues);
  return Number.isFinite(due) ? due : undefined;
}
