/** Looking, without any lock, at what could be claimed. */
import type { Head, NameLook, ShardLook } from '../job-shard.ts';
import { gateOf } from '../policy.ts';
import type { JobRow } from '../rows.ts';
import { choose, policiesIn, policySql } from './claim.ts';
import type { PoliciesAt } from './policies.ts';
import type { Answer, QueuePool } from './pool.ts';
import { rowOf, text } from './rows.ts';
import { stages } from './schema.ts';

/** What is looked at. */
interface Looking extends PoliciesAt {
  readonly names: readonly string[];
  readonly limit: number;
  readonly now: number;
}

/** Of jobs that became due and were not made ready yet, no more are looked at. */
const batch = 500;

type Known = ReturnType<typeof policiesIn>;

function duesSql(database: string, name: string): string {
  const earliest = (stage: number) =>
    `(select min(due_at) from ${database}.jobs where name = ${text(name)} and stage = ${stage})`;
  return `select ${earliest(stages.delayed)} as later_at, ${earliest(stages.ready)} as ready_at,
    ${earliest(stages.running)} as leased_at`;
}

function headsSql({ database, limit, now }: Looking, name: string): string {
  const columns = 'id, name, urgency, stage, created_at';
  const from = `from ${database}.jobs where name = ${text(name)} and stage =`;
  return `(select ${columns} ${from} ${stages.ready} order by urgency, id limit ${limit}) union all
    (select ${columns} ${from} ${stages.delayed} and due_at <= ${now} order by due_at limit ${batch})`;
}

function nameLook(
  row: Answer['rows'][number] | undefined,
  name: string,
  known: Known,
  now: number,
): NameLook {
  const at = (column: string) => Number(row?.[column] ?? Number.POSITIVE_INFINITY);
  const [held, running] = [known.policies.get(name), known.running.get(name) ?? 0];
  const waits = Math.min(at('later_at'), at('ready_at'));
  const due = Math.min(Math.max(waits, gateOf(held, running, now)), at('leased_at'));
  return {
    name,
    held,
    running,
    nextDue: Number.isFinite(due) ? due : undefined,
    hasExpired: at('leased_at') <= now,
    hasStrays: held?.isElsewhere === true && Number.isFinite(waits),
  };
}

const headOf = ({ id, name, priority, created_at }: JobRow): Head => ({
  id: String(id),
  name,
  priority,
  createdAt: created_at,
});

/** How names stand, and the best jobs that a claim would lease; in one round trip. */
export async function lookAt(pool: QueuePool, looking: Looking): Promise<ShardLook> {
  const { database, names, limit, number, now } = looking;
  if (names.length === 0) return { names: [], heads: [] };
  const answers = await pool.read([
    ...policySql(database, names, ''),
    ...names.map((name) => duesSql(database, name)),
    ...(limit > 0 ? names.map((name) => headsSql(looking, name)) : []),
  ]);
  const known = policiesIn(answers.slice(0, 2), number);
  const found = answers.slice(2 + names.length);
  return {
    names: names.map((name, i) => nameLook(answers[2 + i]?.rows[0], name, known, now)),
    heads: choose(
      found.flatMap(({ rows }) => rows.map(rowOf)),
      looking,
      known,
    ).map(headOf),
  };
}
