import assert from 'node:assert/strict';
import { mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import type { Durability } from '#kernel/sqlite';
import { describeShards } from './contract.ts';
import { emit, idOf, put } from './contract-bed.ts';
import { describeTransfer } from './contract-transfer.ts';
import type { TransferPlace } from './contract-transfer-bed.ts';
import { openSqliteShards } from './sqlite.ts';

async function place(durability: Durability): Promise<TransferPlace> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-shards-'));
  return {
    open: (clock) => openSqliteShards({ folder, count: 8, durability, clock }),
    remove: () => rm(folder, { recursive: true }),
  };
}

describeShards('SQLite shards that survive the process', () => place('process'));
describeShards('SQLite shards that survive a loss of power', () => place('power'));
describeTransfer('copying SQLite shards that survive the process', () => place('process'));
describeTransfer('copying SQLite shards that survive a loss of power', () => place('power'));

describe('SQLite shards in a folder', () => {
  let root = '';
  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'pinakes-shards-'));
  });
  after(() => rm(root, { recursive: true }));
  const openIn = (name: string, count = 4) =>
    openSqliteShards({ folder: path.join(root, name), count, durability: 'process' });

  it('makes a file for a shard at its first write, not by reading', async () => {
    const shards = await openIn('lazy');
    await shards.getMany([idOf(1, 'pin', 1)]);
    await shards.commit(2, [put(idOf(2, 'pin', 1), {})]);
    await shards.close();
    assert.deepEqual(await readdir(path.join(root, 'lazy')), ['00002.sqlite', 'shards.json']);
  });

  it('refuses a folder that was made with another number of shards', async () => {
    await (await openIn('counted', 4)).close();
    await assert.rejects(openIn('counted', 8), InvalidInputError);
  });

  it('refuses a shard that another holds', async () => {
    const holder = await openIn('held');
    await holder.commit(0, [put(idOf(0, 'pin', 1), {})]);
    const other = await openIn('held');
    await assert.rejects(other.getMany([idOf(0, 'pin', 1)]), /shard 00000/);
    await other.close();
    await holder.close();
  });

  it('names the shard whose file is no database, and goes on with the others', async () => {
    const healthy = await openIn('garbage');
    await healthy.commit(1, [put(idOf(1, 'pin', 1), {})]);
    await healthy.close();
    await writeFile(
      path.join(root, 'garbage', '00003.sqlite'),
      'This is no database, and long enough.'.repeat(99),
    );
    const shards = await openIn('garbage');
    await assert.rejects(shards.getMany([idOf(3, 'pin', 1)]), (error: Error) => {
      return error instanceof UnavailableError && /shard 00003/.test(error.message);
    });
    await assert.rejects(shards.commit(3, [put(idOf(3, 'pin', 1), {})]), UnavailableError);
    assert.equal((await shards.getMany([idOf(1, 'pin', 1)])).size, 1);
    await shards.commit(2, [put(idOf(2, 'pin', 1), {})]);
    assert.match((await shards.verify()).join(), /shard 00003/);
    await shards.close();
  });

  for (const durability of ['process', 'power'] as const)
    it(`keeps its log short while it is written to (${durability})`, async () => {
      const folder = path.join(root, `short-${durability}`);
      const shards = await openSqliteShards({ folder, count: 4, durability });
      const text = 'x'.repeat(4000);
      for (let n = 1; n <= 1200; n += 1) await shards.commit(1, [put(idOf(1, 'pin', n), { text })]);
      const { size } = await stat(path.join(folder, '00001.sqlite-wal'));
      assert.ok(size < 3000 * 4096, `${size} bytes`);
      assert.ok((await stat(path.join(folder, '00001.sqlite'))).size > 500 * 4096);
      assert.deepEqual(await shards.verify(), []);
      await shards.close();
    });

  it('reports damage inside a file', async () => {
    const healthy = await openIn('damaged');
    const pins = Array.from({ length: 300 }, (_, i) => put(idOf(1, 'pin', i + 1), { text: 'x'.repeat(200) }));
    await healthy.commit(1, [...pins, emit({})]);
    await healthy.close();
    const file = await open(path.join(root, 'damaged', '00001.sqlite'), 'r+');
    const { size } = await file.stat();
    for (let at = 4096; at < size; at += 4096) await file.write(Buffer.alloc(2000, 0xee), 0, 2000, at);
    await file.close();
    const shards = await openIn('damaged');
    assert.match((await shards.verify()).join(), /shard 00001/);
    await assert.rejects(shards.getMany([idOf(1, 'pin', 5)]), UnavailableError);
    await shards.commit(2, [put(idOf(2, 'pin', 1), {})]);
    await shards.close();
  });
});
