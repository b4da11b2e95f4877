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
  readonly version: number | null;
  readonly home: number | null;
  readonly away: number | null;
}

/** A row as shard `number` sees it; also of other engines that name their columns alike. */
export function stateOf(row: PolicyRow, number: number): PolicyState {
  const { is_paused, concurrency, per_second, burst, tokens, filled_at, version, home, away } = row;
  const rate = per_second === null || burst === null ? null : { perSecond: per_second, burst };
  const isElsewhere = home !== null && home !== number;
  const held = { version: version ?? 0, home, away: away ?? 0, isElsewhere };
  return { isPaused: is_paused !== 0, concurrency, rate, tokens, filledAt: filled_at, ...held };
}

/** Policies as one shard sees them. */
export interface PoliciesAt {
  readonly prepared: Prepared;
  readonly number: number;
}

/** The policy of a name; undefined when none was set. */
export function policyOf({ prepared, number }: PoliciesAt, name: string): PolicyState | undefined {
  const row = prepared('select * from policies where name = ?').get(name);
  return row && stateOf(row as unknown as PolicyRow, number);
}

/** All that were set. */
export function allPolicies({ prepared, number }: PoliciesAt): Map<string, PolicyState> {
  const rows = prepared('select * from policies order by name').all() as unknown as PolicyRow[];
  return new Map(rows.map((row) => [row.name, stateOf(row, number)]));
}

/** Changes a name's policy; answers the whole. */
export function changePolicy(
  at: PoliciesAt,
  name: string,
  change: Partial<QueuePolicy>,
  now: number,
): PolicyState {
  const state = changedPolicy(policyOf(at, name), change, now);
  storePolicy(at.prepared, name, state);
  return state;
}

/** Stores a name's policy. */
export function storePolicy(prepared: Prepared, name: string, state: PolicyState): void {
  const { isPaused, concurrency, rate, tokens, filledAt, version, home, away } = state;
  prepared('insert or replace into policies values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
    ...[name, isPaused ? 1 : 0, concurrency, rate?.perSecond ?? null, rate?.burst ?? null],
    ...[tokens, filledAt, version, home, away],
  );
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
