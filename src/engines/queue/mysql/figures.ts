/** How the jobs in MySQL stand. Counting walks an index: some tenths of a second for a million jobs. */
import type { JobState, QueueStats } from '../port.ts';
import { stateOf } from '../rows.ts';
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
