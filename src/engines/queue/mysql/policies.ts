/** Policies as rows of MySQL. */
import { stateOf } from '../policies.ts';
import { changedPolicy, policyIn } from '../policy.ts';
import type { QueuePolicy } from '../port.ts';
import type { QueuePool } from './pool.ts';
import { text } from './rows.ts';

/** All that were set. */
export async function readPolicies(pool: QueuePool, database: string): Promise<Map<string, QueuePolicy>> {
  const [answer] = await pool.read([`select * from ${database}.policies order by name`]);
  const rows = answer?.rows ?? [];
  return new Map(rows.map((row) => [String(row['name']), policyIn(stateOf(row as never))]));
}

/** Changes a name's policy; answers the whole. */
export function changePolicy(
  pool: QueuePool,
  database: string,
  name: string,
  change: Partial<QueuePolicy>,
  now: number,
): Promise<QueuePolicy> {
  const table = `${database}.policies`;
  return pool.transact(async (run) => {
    const answers = await run([
      'begin',
      `insert ignore into ${table} values (${text(name)}, false, null, null, null, 0, ${now})`,
      `select * from ${table} where name = ${text(name)} for update`,
    ]);
    const [row] = answers[2]?.rows ?? [];
    const state = changedPolicy(row && stateOf(row as never), change, now);
    const { isPaused, concurrency, rate, tokens, filledAt } = state;
    await run([
      `update ${table} set is_paused = ${isPaused}, concurrency = ${concurrency}, per_second = ${rate?.perSecond ?? null},
        burst = ${rate?.burst ?? null}, tokens = ${tokens}, filled_at = ${filledAt} where name = ${text(name)}`,
      'commit',
    ]);
    return policyIn(state);
  });
}
