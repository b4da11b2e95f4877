/** Makes room for a shard in the engine that it is copied to, and clears it away again. */
import type { ShardRouter } from '#engines/shards/routing';
import { backendOf } from '#engines/shards/topology-ranges';
import type { MovableShards } from '#engines/shards/transfer';
import { ConflictError } from '#kernel/errors';
import type { Pair } from './pair.ts';

async function holdsRows(engine: MovableShards, shard: number): Promise<boolean> {
  for (const table of await engine.tables(shard))
    if ((await engine.page(shard, table, undefined, 1)).length > 0) return true;
  return false;
}

/**
 * Throws `ConflictError` when an engine holds data of a shard that nobody has left there: another installation's, perhaps.
 * What is sealed as moved is a left-over that may be written over.
 */
export async function requireFree(engine: MovableShards, shard: number, name: string): Promise<void> {
  if ((await engine.state(shard)).seal === 'moved' || !(await holdsRows(engine, shard))) return;
  throw new ConflictError(
    `${name} holds data of shard ${shard} already: is it another installation's? Use an empty one`,
    'to',
  );
}

/** Erases a shard from an engine; throws `ConflictError` when it lives there. */
export async function eraseLeft(router: ShardRouter, shard: number, name: string): Promise<void> {
  if (backendOf(await router.refresh(), shard) === name)
    throw new ConflictError(`shard ${shard} lives in ${name} and is not erased there`);
  await (await router.engine(name)).erase(shard);
}

/** Makes the copy empty and closed to writers, then turns the journal of the truth on. */
export async function beginCopy(
  router: ShardRouter,
  { shard, truth, copy }: Pair,
  name: string,
): Promise<void> {
  await requireFree(copy, shard, name);
  await eraseLeft(router, shard, name);
  await copy.setState(shard, { seal: 'moved', journal: false });
  await truth.setState(shard, { seal: null, journal: true });
}
