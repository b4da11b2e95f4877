/** Shards to measure with: of the embedded engine, on the disk of the data folder, gone afterwards. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '#apps/config/config';
import type { Shards } from '#engines/shards/port';
import { openSqliteShards } from '#engines/shards/sqlite';

/** Empty shards; disposing removes them. */
export interface TrialShards extends AsyncDisposable {
  readonly shards: Shards;
}

const count = 8;

/** Opens them beside the data; needs no lock, for they are nobody else's. */
export async function openTrialShards({ data, durability }: Config): Promise<TrialShards> {
  const cache = path.join(data, 'cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'trial-'));
  const shards = await openSqliteShards({ folder, count, durability });
  return {
    shards,
    async [Symbol.asyncDispose]() {
      await shards.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
