/**
 * Transactions that are run again until they go through.
 *
 * One that was undone for another's sake is run again after a pause, and so is one that found no table, once that is made.
 * A connection that breaks before the commit was sent has written nothing: once, another is tried.
 */
import { setTimeout } from 'node:timers/promises';
import { UnavailableError } from '#kernel/errors';
import { ShardSealedError } from '../sealed.ts';
import type { Catalog } from './catalog.ts';
import type { Connections } from './connections.ts';
import type { Layout } from './layout.ts';
import type { Link } from './link.ts';
import { StatementError } from './statement-error.ts';
import { WriterRefusedError } from './writable.ts';

/** Milliseconds until no further try is begun, and of the longest pause between two. */
const retries = { totalMs: 10_000, pauseMs: 100 } as const;

/** A pause that doubles, of random length, so that those who met don't meet again. */
function pause(attempt: number): Promise<void> {
  return setTimeout(Math.random() * Math.min(2 ** attempt, retries.pauseMs));
}

/** Whether the server takes no writes: another may be the primary by now. */
function isRefused(error: unknown): boolean {
  return error instanceof WriterRefusedError || (error instanceof StatementError && error.isRefusal);
}

/** Runs transactions on connections for writing. */
export class Retrier {
  readonly #layout: Layout;
  readonly #catalog: Catalog;
  readonly #connections: Connections;

  constructor(layout: Layout, catalog: Catalog, connections: Connections) {
    this.#layout = layout;
    this.#catalog = catalog;
    this.#connections = connections;
  }

  /**
   * Runs `work`, which needs tables, until it answers something. Rejects with `StatementError` when it cannot go well, with
   * `UnavailableError` when it never did; `work` says by the latter that it must not be run again. Rejects with
   * `ShardSealedError` when the server takes no writes.
   */
  async run<T>(
    shard: number,
    tables: readonly string[],
    work: (link: Link) => Promise<T | undefined>,
  ): Promise<T> {
    let hasBroken = false;
    const until = performance.now() + retries.totalMs;
    for (let attempt = 0; performance.now() < until; attempt += 1) {
      try {
        await this.#catalog.ensure(shard, tables);
        const answer = await this.#connections.write(shard, work);
        if (answer !== undefined) return answer;
      } catch (error) {
        if (isRefused(error)) throw new ShardSealedError(shard, 'read-only');
        if (!(error instanceof StatementError) || !this.#mayTryAgain(shard, error, hasBroken)) throw error;
        hasBroken ||= error.isLost;
        await pause(attempt);
      }
    }
    throw new UnavailableError('its rows are being written by too many at once');
  }

  #mayTryAgain(shard: number, error: StatementError, hasBroken: boolean): boolean {
    if (error.isMissing) this.#catalog.forget(shard);
    return error.isMissing || error.isConflict(this.#layout.conflicts) || (error.isLost && !hasBroken);
  }
}
