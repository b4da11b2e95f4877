/**
 * Group commit, a group a shard at a time.
 *
 * Writes wait per shard. While one group of a shard is on its way to the server, those that come gather, and go together
 * in one transaction as soon as it is back. Groups of different shards run side by side on the connections for writing.
 * A group whose statements fail is taken apart, so that only the faulty write fails.
 */
import { ShardSealedError } from '../sealed.ts';
import type { Catalog } from './catalog.ts';
import type { Layout } from './layout.ts';
import { outboxTables } from './outbox.ts';
import type { Retrier } from './retrier.ts';
import { stateTable } from './schema.ts';
import { StatementError, unavailable } from './statement-error.ts';
import { type Ground, type Outcome, runGroup } from './transaction.ts';
import type { Write } from './write.ts';

interface Waiting {
  readonly write: Write<unknown>;
  readonly size: number;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What one group holds at most; a write larger than that goes alone. */
const most = { writes: 128, characters: 512 * 1024 } as const;

function sizeOf({ statements, events = [] }: Write<unknown>): number {
  return [...statements, ...events].reduce((sum, { length }) => sum + length, 0);
}

/** Takes a group off the front. */
function takeGroup(queue: Waiting[]): Waiting[] {
  let [count, characters] = [0, 0];
  for (const { size } of queue) {
    characters += size;
    if (count > 0 && (count >= most.writes || characters > most.characters)) break;
    count += 1;
  }
  return queue.splice(0, count);
}

function tablesOf(group: readonly Waiting[]): string[] {
  const tables = group.flatMap(({ write }) => [
    ...write.tables,
    ...(write.events?.length ? outboxTables : []),
  ]);
  return [...new Set([stateTable, ...tables])];
}

/** The writes of all shards of a server. */
export class GroupWriter {
  readonly #layout: Layout;
  readonly #catalog: Catalog;
  readonly #retrier: Retrier;
  readonly #queues = new Map<number, Waiting[]>();
  readonly #running = new Set<Promise<void>>();

  constructor(layout: Layout, catalog: Catalog, retrier: Retrier) {
    this.#layout = layout;
    this.#catalog = catalog;
    this.#retrier = retrier;
  }

  /** Carries out a write; resolves with its answer when it is durable. */
  run<T>(shard: number, write: Write<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (answer: unknown) => resolve(answer as T);
      const waiting = { write, size: sizeOf(write), resolve: settle, reject };
      const queue = this.#queues.get(shard);
      if (queue) {
        queue.push(waiting);
        return;
      }
      this.#start(shard, [waiting]);
    });
  }

  /** Resolves when nothing waits or is under way. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #start(shard: number, queue: Waiting[]): void {
    this.#queues.set(shard, queue);
    const running = this.#drain(shard, queue);
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
  }

  async #drain(shard: number, queue: Waiting[]): Promise<void> {
    // Writes of the same turn go together.
    await Promise.resolve();
    while (queue.length > 0) await this.#group(shard, takeGroup(queue), queue);
    this.#queues.delete(shard);
  }

  /** Carries a group out; those that a refusal kept from being carried out go back to the front of the queue. */
  async #group(shard: number, group: Waiting[], queue: Waiting[]): Promise<void> {
    try {
      const { answers, refusal } = await this.#persist(shard, group);
      const left = group.splice(answers.length);
      for (const [i, { resolve }] of group.entries()) resolve(answers[i]);
      if (refusal instanceof ShardSealedError) queue.unshift(...refuseSealed(left, refusal));
      else if (refusal) {
        left.shift()?.reject(refusal);
        queue.unshift(...left);
      }
    } catch (error) {
      if (group.length > 1 && isFaulty(error)) {
        for (const one of group) await this.#group(shard, [one], queue);
        return;
      }
      for (const { reject } of group) reject(unavailable(error, shard));
    }
  }

  #persist(shard: number, group: readonly Waiting[]): Promise<Outcome> {
    const writes = group.map(({ write }) => write);
    return this.#retrier.run(shard, tablesOf(group), (link) => runGroup(this.#ground(shard), link, writes));
  }

  #ground(shard: number): Ground {
    return { layout: this.#layout, catalog: this.#catalog, shard };
  }
}

/** Whether a group failed for a statement's sake, not for the server's. */
function isFaulty(error: unknown): boolean {
  return error instanceof StatementError && !error.isLost;
}

/** Refuses what a seal does not let through; answers the others. */
function refuseSealed(writes: readonly Waiting[], refusal: ShardSealedError): Waiting[] {
  return writes.filter(({ write, reject }) => {
    if (!write.passesSeals) reject(refusal);
    return write.passesSeals;
  });
}
