/** Policies as rows of SQLite. All of it runs inside a transaction of the caller. */

import { changedPolicy, type PolicyState, tokensAt } from './policy.ts';
import type { QueuePolicy } from './port.ts';
import type { Prepared } from './prepared.ts';

interface PolicyRow {
  readonly name: string;
  readonly is_paused: number;
  readonly concurrency: number | null;
  readonly per_second: number | null;
  readonly burst: number | null;
  readonly tokens: number;
  readonly filled_at: number;
}

/** A row as a policy; also of other engines that name their columns alike. */
export function stateOf(row: PolicyRow): PolicyState {
  const { is_paused, concurrency, per_second, burst, tokens, filled_at } = row;
  const rate = per_second === null || burst === null ? null : { perSecond: per_second, burst };
  return { isPaused: is_paused !== 0, concurrency, rate, tokens, filledAt: filled_at };
}

/** The policy of a name; undefined when none was set. */
export function policyOf(prepared: Prepared, name: string): PolicyState | undefined {
  const row = prepared('select * from policies where name = ?').get(name);
  return row && stateOf(row as unknown as PolicyRow);
}

/** All that were set. */
export function allPolicies(prepared: Prepared): Map<string, PolicyState> {
  const rows = prepared('select * from policies order by name').all() as unknown as PolicyRow[];
  return new Map(rows.map((row) => [row.name, stateOf(row)]));
}

/** Changes a name's policy; answers the whole. */
export function changePolicy(
  prepared: Prepared,
  name: string,
  change: Partial<QueuePolicy>,
  now: number,
): PolicyState {
  const state = changedPolicy(policyOf(prepared, name), change, now);
  const { isPaused, concurrency, rate, tokens, filledAt } = state;
  prepared('insert or replace into policies values (?, ?, ?, ?, ?, ?, ?)').run(
    name,
    isPaused ? 1 : 0,
    concurrency,
    rate?.perSecond ?? null,
    rate?.burst ?? null,
    tokens,
    filledAt,
  );
  return state;
}

/** Takes the tokens of jobs that begin. */
export function spend(
  prepared: Prepared,
  name: string,
  state: PolicyState,
  begun: number,
  now: number,
): void {
  if (!state.rate || begun === 0) return;
  const left = Math.max(0, tokensAt(state, now) - begun);
  prepared('update policies set tokens = ?, filled_at = ? where name = ?').run(left, now, name);
}
