/** Copying shards: ranges in short. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { idOf } from './contract-bed.ts';
import { owns, type TransferBed } from './contract-transfer-bed.ts';
import type { MovableShards, RowPut } from './transfer.ts';

const ada = idOf(1, 'user', 1);
const rows: RowPut[] = [
  { table: 'object:pin', key: [1], value: [1, 10, '{"a":1}'] },
  { table: 'object:pin', key: [2], value: [1, 10, '{"a":2}'] },
  { table: owns, key: [ada, idOf(1, 'board', 1)], value: [5] },
  { table: 'claims', key: ['name', 'ada'], value: [ada] },
  { table: 'outbox', key: [3], value: ['{}'] },
  { table: 'sequences', key: ['pin'], value: [3] },
];
const changed: RowPut[] = [
  { table: 'object:pin', key: [1], value: [2, 10, '{"a":1}'] },
  { table: 'object:pin', key: [1], value: [1, 11, '{"a":1}'] },
  { table: 'object:pin', key: [1], value: [1, 10, '{"a": 1}'] },
  { table: 'object:pin', key: [1], value: null },
  { table: 'object:pin', key: [3], value: [1, 10, '{"a":1}'] },
  { table: owns, key: [ada, idOf(1, 'board', 1)], value: [6] },
  { table: owns, key: [ada, idOf(1, 'board', 2)], value: [5] },
  { table: 'claims', key: ['name', 'ada'], value: [idOf(1, 'user', 2)] },
  { table: 'claims', key: ['name', 'ada '], value: [ada] },
  { table: 'outbox', key: [3], value: ['{ }'] },
  { table: 'sequences', key: ['pin'], value: [4] },
];

async function fresh(shards: MovableShards): Promise<void> {
  await shards.erase(1);
  await shards.put(1, rows);
}

/** Registers the tests. */
export function digestCases(bed: () => TransferBed): void {
  it('are equal for equal rows, however they came about', async () => {
    const [a, b] = [bed().from.shards, bed().to.shards];
    await fresh(a);
    for (const row of rows.toReversed()) await b.put(1, [row]);
    for (const { table } of rows) {
      const digest = await a.digest(1, table, undefined, 100);
      assert.match(digest.digest, /^[0-9a-f]{64}$/);
      assert.deepEqual(await b.digest(1, table, undefined, 100), digest);
    }
  });

  it('differ after any change', async () => {
    const { shards } = bed().from;
    for (const row of changed) {
      await fresh(shards);
      const before = await shards.digest(1, row.table, undefined, 100);
      await shards.put(1, [row]);
      const after = await shards.digest(1, row.table, undefined, 100);
      assert.notEqual(after.digest, before.digest, JSON.stringify(row));
    }
  });

  it('cover so many rows behind a key and say where they end', async () => {
    const { shards } = bed().from;
    const pins = Array.from({ length: 2500 }, (_, i) => {
      return { table: 'object:pin', key: [i + 1], value: [1, 1, '{}'] } as const;
    });
    await shards.put(1, pins);
    const first = await shards.digest(1, 'object:pin', undefined, 1200);
    assert.deepEqual([first.rows, first.last], [1200, [1200]]);
    const second = await shards.digest(1, 'object:pin', first.last, 5000);
    assert.deepEqual([second.rows, second.last], [1300, [2500]]);
    const third = await shards.digest(1, 'object:pin', second.last, 5000);
    assert.deepEqual([third.rows, third.last], [0, undefined]);
    await shards.put(1, [{ table: 'object:pin', key: [1201], value: [2, 1, '{}'] }]);
    assert.deepEqual(await shards.digest(1, 'object:pin', undefined, 1200), first);
    assert.notEqual((await shards.digest(1, 'object:pin', first.last, 5000)).digest, second.digest);
  });

  it('are those of nothing for a table or shard that never was', async () => {
    const { shards } = bed().from;
    const none = await shards.digest(1, 'object:pin', undefined, 10);
    assert.deepEqual([none.rows, none.last], [0, undefined]);
    assert.deepEqual(await shards.digest(1, 'mapping:never_used', undefined, 10), none);
  });
}
