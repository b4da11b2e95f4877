/** Real shards and a store in a temporary folder, for tests of what stands on them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLruCache } from '#engines/cache/lru';
import type { Shards } from '#engines/shards/port';
import { openSqliteShards } from '#engines/shards/sqlite';
import { ManualClock } from '#kernel/clock';
import type { Store } from '#services/store/contract';
import { createStore } from '#services/store/index';

/** A store on its own shards; removed with its folder when disposed. */
export interface ShardBed extends AsyncDisposable {
  readonly folder: string;
  readonly clock: ManualClock;
  readonly shards: Shards;
  readonly store: Store;
}

/** Opens a bed of 8 shards. */
export async function openShardBed(): Promise<ShardBed> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-bed-'));
  const clock = new ManualClock();
  const shards = await openSqliteShards({
    folder: path.join(folder, 'shards'),
    count: 8,
    durability: 'process',
    clock,
  });
  const store = createStore({ shards, cache: createLruCache({ maxEntries: 10_000 }), clock });
  const dispose = async () => {
    await shards.close();
    await rm(folder, { recursive: true });
  };
  return { folder, clock, shards, store, [Symbol.asyncDispose]: dispose };
}
