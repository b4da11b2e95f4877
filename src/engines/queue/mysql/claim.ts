/**
 * Claiming in one transaction of two round trips. The first takes locks on the best rows that nobody else has locked
 * (`skip locked`, so that workers never wait for one another), and on rows whose time has come or whose lease is over. The
 * second leases what was chosen. Where something became due, a round trip between them makes it ready.
 */
import { randomUUID } from 'node:crypto';
import { stateOf } from '../policies.ts';
import { allowance, type PolicyState, tokensAt } from '../policy.ts';
import type { JobRow } from '../rows.ts';
import { heldSql, type PoliciesAt } from './policies.ts';
import type { Answer, Run } from './pool.ts';
import { columns, rowOf, text } from './rows.ts';
import { stages } from './schema.ts';

/** What is asked for. */
export interface Asked extends PoliciesAt {
  readonly names: readonly string[];
  readonly limit: number;
  readonly now: number;
  readonly leaseMs: number;
}

/** Most rows that one claim makes ready. */
const batch = 500;

const readySql = ({ database, names, limit }: Asked): string[] =>
  names.map(
    (name) => `select ${columns} from ${database}.jobs where name = ${text(name)} and stage = ${stages.ready}
      order by urgency, id limit ${limit} for update skip locked`,
  );

const overdueSql = ({ database, names, now }: Asked, stage: number): string[] =>
  names.map(
    (
      name,
    ) => `select id from ${database}.jobs where name = ${text(name)} and stage = ${stage} and due_at <= ${now}
      order by due_at limit ${batch} for update skip locked`,
  );

/** Policies of names, held until the transaction ends, and how many jobs run of those that are limited. */
export function policySql(database: string, names: readonly string[], hold: string): string[] {
  const list = names.map(text).join();
  return [
    `${heldSql(database)} where p.name in (${list}) ${hold}`,
    `select j.name, count(*) as n from ${database}.jobs j join ${database}.policies p on p.name = j.name
      where p.concurrency is not null and j.name in (${list}) and j.stage = ${stages.running} group by j.name`,
  ];
}

/** The same, read. */
export function policiesIn([rows, counts]: readonly (Answer | undefined)[], number: number) {
  const states = (rows?.rows ?? []).map(
    (row) => [String(row['name']), stateOf(row as never, number)] as const,
  );
  const running = (counts?.rows ?? []).map((row) => [String(row['name']), Number(row['n'])] as const);
  return { policies: new Map<string, PolicyState>(states), running: new Map<string, number>(running) };
}

/** Makes rows ready whose time has come, and ends leases that are over. */
function readying(
  { database, now }: Asked,
  overdue: readonly number[],
  expired: readonly number[],
): string[] {
  const promote = `update ${database}.jobs set stage = ${stages.ready} where id in (${overdue.join()})`;
  const reclaim = `update ${database}.jobs set
    stage = if(attempts_left > 0, ${stages.ready}, ${stages.failed}),
    error = if(attempts_left > 0, error, 'the worker stopped before this was done'),
    active_key = if(attempts_left > 0, active_key, null),
    due_at = run_after, lease = null, updated_at = ${now} where id in (${expired.join()})`;
  return [...(overdue.length > 0 ? [promote] : []), ...(expired.length > 0 ? [reclaim] : [])];
}

const idsIn = (answers: readonly Answer[]): number[] =>
  answers.flatMap(({ rows }) => rows.map(({ id }) => Number(id)));

/** The best of what was found, no more of a name than its policy allows. */
export function choose(
  rows: JobRow[],
  { limit, now }: Pick<Asked, 'limit' | 'now'>,
  known: ReturnType<typeof policiesIn>,
): JobRow[] {
  const left = new Map<string, number>();
  const chosen: JobRow[] = [];
  for (const row of rows.sort((a, b) => b.priority - a.priority || a.id - b.id)) {
    if (chosen.length === limit) break;
    const { name } = row;
    const most = left.get(name) ?? allowance(known.policies.get(name), known.running.get(name) ?? 0, now);
    if (most <= 0) continue;
    chosen.push(row);
    left.set(name, most - 1);
  }
  return chosen;
}

function spending(
  { database, now }: Asked,
  chosen: readonly JobRow[],
  known: ReturnType<typeof policiesIn>,
): string[] {
  return [...known.policies].flatMap(([name, state]) => {
    const begun = chosen.filter((row) => row.name === name).length;
    if (!state.rate || begun === 0) return [];
    const tokens = Math.max(0, tokensAt(state, now) - begun);
    return [
      `update ${database}.policies set tokens = ${tokens}, filled_at = ${now} where name = ${text(name)}`,
    ];
  });
}

/** Leases up to `limit` due jobs, best first. */
export async function claimDue(run: Run, asked: Asked): Promise<JobRow[]> {
  const { database, names, now, leaseMs } = asked;
  const count = names.length;
  const answers = await run([
    'begin',
    ...policySql(database, names, 'for update'),
    ...readySql(asked),
    ...overdueSql(asked, stages.delayed),
    ...overdueSql(asked, stages.running),
  ]);
  const known = policiesIn(answers.slice(1, 3), asked.number);
  let found = answers.slice(3, 3 + count);
  const overdue = idsIn(answers.slice(3 + count, 3 + 2 * count));
  const expired = idsIn(answers.slice(3 + 2 * count));
  if (overdue.length + expired.length > 0)
    found = (await run([...readying(asked, overdue, expired), ...readySql(asked)])).slice(-count);
  const chosen = choose(
    found.flatMap(({ rows }) => rows.map(rowOf)),
    asked,
    known,
  );
  const lease = randomUUID();
  const leasing = `update ${database}.jobs set stage = ${stages.running}, attempts_left = attempts_left - 1,
    updated_at = ${now}, lease = ${text(lease)}, due_at = ${now + leaseMs} where id in (${chosen.map(({ id }) => id).join()})`;
  await run([...(chosen.length > 0 ? [leasing] : []), ...spending(asked, chosen, known), 'commit']);
  return chosen.map((row) => ({
    ...row,
    stage: 'running',
    attempts_left: row.attempts_left - 1,
    updated_at: now,
    lease,
  }));
}
