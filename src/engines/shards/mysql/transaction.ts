/**
 * One transaction that carries out the writes of a group, in two round trips.
 *
 * The first begins it, holds the shard's state and runs every write's statements, each write behind a savepoint of its
 * own. The second takes the numbers of events, puts them into the outbox and commits: so the sequence, which all writers
 * of a shard share, is locked for the shortest time. Where a write's expectation failed, the second goes back to its
 * savepoint first: the writes before it are committed with it left out, and those behind it wait for the next transaction.
 */
import { PinakesError, UnavailableError } from '#kernel/errors';
import { ShardSealedError } from '../sealed.ts';
import type { ShardState } from '../transfer.ts';
import type { Catalog } from './catalog.ts';
import { notingSql } from './journal.ts';
import type { Layout } from './layout.ts';
import type { Answer, Link } from './link.ts';
import { emittingSql } from './outbox.ts';
import { holdingState, initialState, stateIn } from './state.ts';
import { StatementError } from './statement-error.ts';
import type { Write } from './write.ts';

/** What became of a group: the answers of the writes that are committed, and why the one behind them never will be. */
export interface Outcome {
  readonly answers: readonly unknown[];
  readonly refusal?: PinakesError;
}

/** Where a group runs. */
export interface Ground {
  readonly layout: Layout;
  readonly catalog: Catalog;
  readonly shard: number;
}

type Writes = readonly Write<unknown>[];

function opening({ layout, catalog, shard }: Ground, writes: Writes): string[] {
  const steps = writes.flatMap(({ statements }, i) =>
    i > 0 ? [`savepoint w${i}`, ...statements] : statements,
  );
  return ['begin', holdingState(layout, catalog, shard), ...steps];
}

/** What each write's statements did. */
function share(writes: Writes, answers: readonly Answer[]): Answer[][] {
  let at = 1;
  return writes.map(({ statements }) => {
    at += 1;
    const own = answers.slice(at, at + statements.length);
    at += statements.length;
    return own;
  });
}

/** Takes writes' answers until one refuses. */
function judge({ shard }: Ground, { seal }: ShardState, writes: Writes, own: Answer[][]): Outcome {
  const answers: unknown[] = [];
  try {
    for (const [i, { answer, passesSeals }] of writes.entries()) {
      if (seal !== null && !passesSeals) throw new ShardSealedError(shard, seal);
      answers.push(answer(own[i] ?? []));
    }
    return { answers };
  } catch (error) {
    if (error instanceof PinakesError) return { answers, refusal: error };
    throw error;
  }
}

function closing({ catalog, shard }: Ground, state: ShardState, good: Writes, own: Answer[][]): string[] {
  const events = good.flatMap((write) => write.events ?? []);
  const names = state.journal ? good.flatMap((write, i) => write.touched(own[i] ?? [])) : [];
  return [
    ...emittingSql(catalog, shard, events),
    ...(state.journal ? notingSql(catalog, shard, names, events.length) : []),
    'commit',
  ];
}

/** Nobody knows whether a transaction was committed whose commit got no answer. */
async function commit(
  link: Link,
  statements: readonly string[],
  isConflict: (error: StatementError) => boolean,
) {
  try {
    await link.run(statements);
  } catch (error) {
    const isBefore = error instanceof StatementError && !error.isLost && error.done < statements.length - 1;
    if (isBefore || (error instanceof StatementError && isConflict(error))) throw error;
    link.drop();
    throw new UnavailableError(
      'the connection broke at the commit, which may or may not have happened',
      error,
    );
  }
}

/** Ends a transaction that failed. */
export async function undo(link: Link): Promise<void> {
  if (!link.isLost) await link.run(['rollback']).catch(() => link.drop());
}

/**
 * Runs a group. Rejects with `StatementError` when nothing was committed, with `UnavailableError` when nobody knows.
 * Answers undefined when nobody ever told how the shard stands: now it is told, and the same must be run again.
 */
export async function runGroup(ground: Ground, link: Link, writes: Writes): Promise<Outcome | undefined> {
  try {
    const answers = await link.run(opening(ground, writes));
    const state = stateIn(answers[1]?.rows ?? []);
    if (!state) {
      await link.run(['rollback', initialState(ground.catalog, ground.shard)]);
      return undefined;
    }
    const own = share(writes, answers);
    const outcome = judge(ground, state, writes, own);
    const count = outcome.answers.length;
    if (count === 0) {
      await undo(link);
      return outcome;
    }
    const back = outcome.refusal ? [`rollback to savepoint w${count}`] : [];
    const end = closing(ground, state, writes.slice(0, count), own);
    await commit(link, [...back, ...end], (error) => error.isConflict(ground.layout.conflicts));
    return outcome;
  } catch (error) {
    await undo(link);
    throw error;
  }
}
