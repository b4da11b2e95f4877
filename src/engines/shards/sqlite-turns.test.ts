import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { idOf, put } from './contract-bed.ts';
import { openSqliteShards } from './sqlite.ts';

test('a long list of ids lets others run meanwhile, also where none of them is there', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-turns-'));
  const shards = await openSqliteShards({ folder, count: 4, durability: 'process' });
  await shards.commit(1, [put(idOf(1, 'pin', 1), {})]);
  const missing = Array.from({ length: 100_000 }, (_, n) => idOf(1, 'pin', n + 2));
  let isOver = false;
  const read = shards.getMany(missing).finally(() => {
    isOver = true;
  });
  const wasFirst = await new Promise((resolve) => setImmediate(() => resolve(!isOver)));
  assert.equal(wasFirst, true);
  assert.equal((await read).size, 0);
  await shards.close();
  await rm(folder, { recursive: true });
});
