import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IdBlocks } from '#engines/id-blocks/port';
import { openSqliteIdBlocks } from '#engines/id-blocks/sqlite';
import type { Shards } from '#engines/shards/port';
import { openSqliteShards } from '#engines/shards/sqlite';
import { UnavailableError } from '#kernel/errors';
import { type Id, shardOf, typeOf } from '#kernel/ids';
import { FaultyShards } from '../../../test/support/faulty-shards.ts';
import { IdReserve } from './id-reserve.ts';

const shard = 2;

describe('the reserve of ids', () => {
  let folder: string;
  let real: Shards;
  let faulty: FaultyShards;
  let blocks: IdBlocks;
  let reserve: IdReserve;
  const openBlocks = () =>
    openSqliteIdBlocks({ path: path.join(folder, 'ids.sqlite'), durability: 'process' });
  /** The program dies; another one starts over the same files. */
  const restart = async () => {
    await blocks.close();
    blocks = openBlocks();
    reserve = new IdReserve({ shards: faulty.shards, blocks });
  };
  const filled = async (ids: number) => {
    while ((await blocks.left(shard, 'pin')) < ids) await nextTurn();
  };
  const taken = new Set<Id>();
  /** Takes ids, none of which was ever taken before. */
  const take = async (count: number) => {
    const ids = await Promise.all(Array.from({ length: count }, () => reserve.take(shard)));
    for (const id of ids) {
      assert.deepEqual([shardOf(id), typeOf(id), taken.has(id)], [shard, 'pin', false]);
      taken.add(id);
    }
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-reserve-'));
    real = await openSqliteShards({ folder: path.join(folder, 'shards'), count: 8, durability: 'process' });
    faulty = new FaultyShards(real);
    blocks = openBlocks();
    reserve = new IdReserve({ shards: faulty.shards, blocks });
    taken.clear();
  });
  afterEach(async () => {
    await blocks.close();
    await real.close();
    await rm(folder, { recursive: true });
  });

  it('gives out no id twice, however many ask at once', async () => {
    await take(3000);
    await take(3000);
  });

  it('gives none twice over restarts, with and without its shard', async () => {
    for (let life = 0; life < 4; life += 1) {
      await take(700);
      await filled(1);
      await restart();
      faulty.set(shard, 'refuse');
      await take(700);
      faulty.heal(shard);
      await restart();
    }
  });

  it('has thousands of ids for a shard that stops answering, fetched when somebody settled there', async () => {
    reserve.fill(shard);
    await filled(8192);
    faulty.set(shard, 'refuse');
    await take(8192);
    await assert.rejects(reserve.take(shard), UnavailableError);
  });

  it('fills up again in the background', async () => {
    reserve.fill(shard);
    await filled(8192);
    await take(1024 * 5);
    await filled(7168);
  });

  it('refuses when nothing is reserved and the shard fails, and recovers with it', async () => {
    faulty.set(shard, 'refuse');
    await assert.rejects(reserve.take(shard), UnavailableError);
    faulty.heal(shard);
    await take(1);
  });
});
