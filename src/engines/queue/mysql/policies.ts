/** Policies as rows of MySQL. */
import type { HeldPolicy } from '../job-shard.ts';
import { stateOf } from '../policies.ts';
import { changedPolicy, heldAs, type PolicyState, policyIn } from '../policy.ts';
import type { QueuePolicy } from '../port.ts';
import type { QueuePool, Run } from './pool.ts';
import { text } from './rows.ts';
import { stages } from './schema.ts';

/** Which database, and which job shard it is. */
export interface PoliciesAt {
  readonly database: string;
  readonly number: number;
}

/** Selects policies as `p`, for `stateOf`. */
export const heldSql = (database: string): string =>
  `select p.*, h.version, h.home, h.away from ${database}.policies p left join ${database}.homes h on h.name = p.name`;

/** All that were set. */
export async function readPolicies(
  pool: QueuePool,
  { database, number }: PoliciesAt,
): Promise<Map<string, PolicyState>> {
  const [answer] = await pool.read([`${heldSql(database)} order by p.name`]);
  const rows = answer?.rows ?? [];
  return new Map(rows.map((row) => [String(row['name']), stateOf(row as never, number)]));
}

/** Replaces a row of a table by another. */
function storing(table: string, name: string, values: Readonly<Record<string, unknown>>): string {
  const columns = Object.keys(values);
  const sets = columns.map((column) => `${column} = values(${column})`);
  return `insert into ${table} (name, ${columns.join()}) values (${text(name)}, ${Object.values(values).join()})
    on duplicate key update ${sets.join()}`;
}

function storingBoth(database: string, name: string, state: PolicyState): string[] {
  const { isPaused, concurrency, rate, tokens, filledAt, version, home, away } = state;
  const policy = { is_paused: isPaused, concurrency: String(concurrency) };
  const bucket = { per_second: String(rate?.perSecond ?? null), burst: String(rate?.burst ?? null) };
  return [
    storing(`${database}.policies`, name, { ...policy, ...bucket, tokens, filled_at: filledAt }),
    storing(`${database}.homes`, name, { version, home: String(home), away }),
  ];
}

/** Claims hold a name's policy; where there was none, the rows that they are about to lease. */
function waitingForClaims(database: string, name: string): string[] {
  return [stages.ready, stages.delayed].map(
    (stage) => `select id from ${database}.jobs where name = ${text(name)} and stage = ${stage}
      order by urgency, id limit 1000 for update`,
  );
}

/** Changes what is stored of a name in a transaction, unless `change` answers undefined. */
async function rewrite(
  run: Run,
  { database, number }: PoliciesAt,
  name: string,
  change: (before: PolicyState | undefined) => PolicyState | undefined,
): Promise<void> {
  const answers = await run(['begin', `${heldSql(database)} where p.name = ${text(name)} for update`]);
  const [row] = answers[1]?.rows ?? [];
  const state = change(row && stateOf(row as never, number));
  const storing = state ? storingBoth(database, name, state) : [];
  await run([...storing, ...(row ? [] : waitingForClaims(database, name)), 'commit']);
}

/** Changes a name's policy; answers the whole. */
export async function changePolicy(
  pool: QueuePool,
  at: PoliciesAt,
  name: string,
  change: Partial<QueuePolicy>,
  now: number,
): Promise<QueuePolicy> {
  // The row is there before it is held, so that changes at once wait for one another.
  await pool.read([
    `insert ignore into ${at.database}.policies values (${text(name)}, false, null, null, null, 0, ${now})`,
  ]);
  let changed: QueuePolicy | undefined;
  await pool.transact((run) =>
    rewrite(run, at, name, (before) => {
      const state = changedPolicy(before, change, now);
      changed = policyIn(state);
      return state;
    }),
  );
  return changed as QueuePolicy;
}

/** Stores what a job shard is told of a name. */
export function revisePolicy(
  pool: QueuePool,
  at: PoliciesAt,
  name: string,
  change: (held: HeldPolicy | undefined) => HeldPolicy | undefined,
  now: number,
): Promise<void> {
  return pool.transact((run) =>
    rewrite(run, at, name, (before) => {
      const held = change(before);
      return held && heldAs(held, before, { number: at.number, now });
    }),
  );
}
