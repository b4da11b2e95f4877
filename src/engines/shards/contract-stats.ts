/** The shards' contract: how much a shard holds. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ObjectType } from '#kernel/ids';
import { idOf, put, type ShardsBed } from './contract-bed.ts';
import { countedRows, type Shards } from './port.ts';

const thousand = 1000;

/** Writes objects of a type with the local ids that `locals` names, a thousand a commit. */
async function fill(shards: Shards, type: ObjectType, locals: readonly number[]): Promise<void> {
  for (let at = 0; at < locals.length; at += thousand) {
    const some = locals.slice(at, at + thousand);
    await shards.commit(
      1,
      some.map((local) => put(idOf(1, type, local), { words: 'a picture of boats' })),
    );
  }
}

/** Registers the tests. */
export function statsCases(bed: () => ShardsBed): void {
  it('counts the objects of every type on one shard, those of others not', async () => {
    const { shards } = bed();
    await fill(shards, 'pin', [1, 2, 5, 9]);
    await fill(shards, 'board', [3]);
    await shards.commit(2, [put(idOf(2, 'pin', 1), {})]);
    await shards.commit(1, [{ kind: 'remove', id: idOf(1, 'pin', 2) }]);
    const { types } = await shards.stats(1);
    assert.deepEqual(types.pin, { rows: 3, isExact: true, next: 10 });
    assert.deepEqual(types.board, { rows: 1, isExact: true, next: 4 });
    assert.equal(types.user.rows, 0);
  });

  it('tells the next local id, what is reserved included', async () => {
    const { shards } = bed();
    await shards.allocate(1, 'pin', 3);
    const { pin, board } = (await shards.stats(1)).types;
    assert.ok(pin.next > 3 && pin.rows === 0, JSON.stringify(pin));
    assert.equal(board.next, 1);
  });

  it('finds nothing in a shard that was never written to', async () => {
    const { types, bytes } = await bed().shards.stats(3);
    if (!bed().isUsed) assert.equal(bytes, 0);
    for (const type of Object.values(types)) assert.deepEqual(type, { rows: 0, isExact: true, next: 1 });
  });

  it('tells more bytes the more there is', async () => {
    const { shards } = bed();
    await fill(shards, 'pin', [1]);
    const few = (await shards.stats(1)).bytes;
    const many = Array.from({ length: 3 * thousand }, (_, i) => i + 1);
    await fill(shards, 'pin', many);
    const { bytes } = await (await bed().reopen()).stats(1);
    assert.ok(few > 0 && bytes > few + many.length * 20, `${few} bytes, then ${bytes}`);
  });

  it('estimates what is too much to count, within some per cent', async () => {
    const { shards } = bed();
    const all = Array.from({ length: 2 * countedRows }, (_, i) => i + 1);
    // A gap, and every fifth missing elsewhere.
    const there = all.filter((local) => (local < 3000 || local > 4500) && local % 5 !== 0);
    await fill(shards, 'pin', there);
    const { rows, isExact } = (await shards.stats(1)).types.pin;
    assert.equal(isExact, false);
    assert.ok(Math.abs(rows - there.length) < there.length * 0.05, `${rows} for ${there.length}`);
  });
}
