/** Copying shards: rows made to be as told. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InvalidInputError } from '#kernel/errors';
import { decodeId } from '#kernel/ids';
import { emit, idOf, put } from './contract-bed.ts';
import { everything, keyOn, owns, rowsOf, type TransferBed } from './contract-transfer-bed.ts';
import type { MovableShards, RowPut } from './transfer.ts';

const pin = idOf(1, 'pin', 5);
const [ada, board] = [idOf(1, 'user', 1), idOf(2, 'board', 1)];

function rows(shards: MovableShards): RowPut[] {
  return [
    { table: 'object:pin', key: [5], value: [7, 1234, '{"b": 1.0,\n "a":"\\u00e9 \\ud83e\\uddf6", "b": 2}'] },
    { table: 'mapping:user_owns_board', key: [ada, board], value: [-3] },
    { table: 'claims', key: ['name', keyOn(shards, 1, 'name', 'Ada ')], value: [ada] },
    { table: 'outbox', key: [40], value: ['{"n":40 }'] },
    { table: 'sequences', key: ['outbox'], value: [50] },
    { table: 'sequences', key: ['pin'], value: [6] },
  ];
}

/** Registers the tests. */
export function putCases(bed: () => TransferBed): void {
  it('keeps versions, times and text as given, over a restart too', async () => {
    const wanted = rows(bed().from.shards);
    await bed().from.shards.put(1, wanted);
    const assertThere = async (shards: MovableShards): Promise<void> => {
      for (const { table, key, value } of wanted) {
        assert.deepEqual(await shards.pick(1, table, [key]), [{ key, value }]);
      }
    };
    await assertThere(bed().from.shards);
    const shards = await bed().from.reopen();
    await assertThere(shards);
    const found = (await shards.getMany([pin])).get(pin);
    assert.deepEqual(found, { id: pin, data: { b: 2, a: 'é 🧶' }, version: 7, createdAt: 1234 });
    assert.equal((await shards.commit(1, [put(pin, {}, 7)])).get(pin), 8);
    assert.deepEqual(await shards.verify(), []);
  });

  it('replaces rows and removes them, whatever they were', async () => {
    const { shards } = bed().from;
    const wanted = rows(shards);
    await shards.put(1, wanted);
    const lower: RowPut = { table: 'object:pin', key: [5], value: [2, 99, '{}'] };
    await shards.put(1, [lower, { table: owns, key: [ada, board], value: [9] }]);
    assert.deepEqual(await rowsOf(shards, 1, 'object:pin'), [{ key: [5], value: [2, 99, '{}'] }]);
    const edges = await shards.range({ mapping: 'user_owns_board', from: ada, limit: 5 });
    assert.deepEqual(edges, [{ from: ada, to: board, sequence: 9 }]);
    await shards.put(
      1,
      wanted.map((row) => ({ ...row, value: null })),
    );
    await shards.put(1, [{ table: 'mapping:never_used', key: [ada, board], value: null }]);
    assert.deepEqual(Object.keys(await everything(shards, 1)), ['sequences']);
  });

  it('applies the puts of one call in order', async () => {
    const { shards } = bed().from;
    const value = [1, 2, '{}'];
    await shards.put(1, [
      { table: 'object:pin', key: [5], value },
      { table: 'object:pin', key: [5], value: null },
      { table: 'object:pin', key: [6], value: null },
      { table: 'object:pin', key: [6], value },
    ]);
    assert.deepEqual(await rowsOf(shards, 1, 'object:pin'), [{ key: [6], value }]);
  });

  it('raises sequences and never lowers or removes one', async () => {
    const { shards } = bed().from;
    const next = (key: string, value: number | null): RowPut => ({
      table: 'sequences',
      key: [key],
      value: value === null ? null : [value],
    });
    await shards.put(1, [next('pin', 1000), next('outbox', 70)]);
    await shards.put(1, [next('pin', 999), next('outbox', 2), next('board', 3)]);
    await shards.put(1, [next('pin', null), next('outbox', null)]);
    const expected = [
      { key: ['board'], value: [3] },
      { key: ['outbox'], value: [70] },
      { key: ['pin'], value: [1000] },
    ];
    assert.deepEqual(await rowsOf(shards, 1, 'sequences'), expected);
    await shards.commit(1, [emit({})]);
    assert.ok((await shards.readOutbox(1, 0, 1)).every(({ sequence }) => sequence >= 70));
  });

  it('makes ids that were reserved ahead give way to a raised sequence', async () => {
    const { shards } = bed().from;
    await shards.allocate(1, 'pin', 1);
    await shards.put(1, [{ table: 'sequences', key: ['pin'], value: [5000] }]);
    const ids = await shards.allocate(1, 'pin', 3);
    assert.ok(ids.every((id) => decodeId(id).local >= 5000));
  });

  it('writes nothing when one row is bad', async () => {
    const { shards } = bed().from;
    const good = rows(shards);
    const bad: RowPut[] = [
      { table: 'object:pin', key: [0.5], value: [1, 1, '{}'] },
      { table: 'object:pin', key: ['x'], value: null },
      { table: 'object:pin', key: [1], value: ['{}'] },
      { table: owns, key: [idOf(2, 'user', 1), board], value: [1] },
      { table: owns, key: [ada, 'nobody'], value: [1] },
      { table: owns, key: [ada], value: [1] },
      { table: 'claims', key: ['name', 'x'], value: ['nobody'] },
      { table: 'outbox', key: [-1], value: ['{}'] },
      { table: 'sequences', key: ['nonsense'], value: [5] },
      { table: 'sequences', key: ['pin'], value: [0] },
    ];
    for (const row of bad) {
      await assert.rejects(shards.put(1, [...good, row]), InvalidInputError, JSON.stringify(row));
    }
    assert.deepEqual(await everything(shards, 1), {});
  });
}
