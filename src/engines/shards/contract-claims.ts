/** The shards' contract: names that only one may hold, and ids that are given out once. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InvalidInputError } from '#kernel/errors';
import { decodeId, objectTypes } from '#kernel/ids';
import { idOf, type ShardsBed } from './contract-bed.ts';

const ada = idOf(1, 'user', 1);
const bob = idOf(2, 'user', 1);

/** Registers the tests. */
export function claimCases(bed: () => ShardsBed): void {
  it('gives a name to the first who asks, and tells the others whose it is', async () => {
    const { shards } = bed();
    assert.equal(await shards.claim('name', 'ada', ada), ada);
    assert.equal(await shards.claim('name', 'ada', bob), ada);
    assert.equal(await shards.claim('name', 'ada', ada), ada);
    assert.equal(await shards.claim('mail', 'ada', bob), bob);
    assert.equal(await shards.claim('name', 'Ada', bob), bob);
  });

  it('has one winner when many claim a name at once', async () => {
    const { shards } = bed();
    const users = Array.from({ length: 20 }, (_, i) => idOf(i % 4, 'user', i + 1));
    const answers = await Promise.all(users.map((id) => shards.claim('name', 'popular', id)));
    assert.equal(new Set(answers).size, 1);
    assert.deepEqual(await shards.claimed('name', ['popular']), new Map([['popular', answers[0]]]));
  });

  it('looks up many names, free ones absent', async () => {
    const { shards } = bed();
    const keys = Array.from({ length: 40 }, (_, i) => `name ${i} ü`);
    for (const key of keys) await shards.claim('name', key, ada);
    const owners = await shards.claimed('name', [...keys, 'free', '']);
    assert.deepEqual(owners, new Map(keys.map((key) => [key, ada])));
    assert.equal((await shards.claimed('other', keys)).size, 0);
  });

  it('frees a name for its owner only', async () => {
    const { shards } = bed();
    await shards.claim('name', 'ada', ada);
    await shards.release('name', 'ada', bob);
    assert.equal(await shards.claim('name', 'ada', bob), ada);
    await shards.release('name', 'ada', ada);
    assert.equal(await shards.claim('name', 'ada', bob), bob);
  });

  it('keeps claims over a restart and places them on the same shard for ever', async () => {
    const { shards } = bed();
    await shards.claim('name', 'ada', ada);
    const keys = Array.from({ length: 100 }, (_, i) => `k${i}`);
    const places = keys.map((key) => shards.claimShard('name', key));
    assert.ok(places.every((n) => Number.isInteger(n) && n >= 0 && n < shards.count));
    assert.ok(new Set(places).size > 1);
    const again = await bed().reopen();
    assert.deepEqual(
      keys.map((key) => again.claimShard('name', key)),
      places,
    );
    assert.equal(await again.claim('name', 'ada', bob), ada);
  });

  it('gives out ids of the shard and type asked for, each once, also over restarts', async () => {
    const seen = new Set<string>();
    let asked = 0;
    for (let round = 0; round < 3; round += 1) {
      const { shards } = bed();
      const batches = await Promise.all([1, 300, 7, 2, 500, 1].map((n) => shards.allocate(3, 'media', n)));
      for (const id of batches.flat()) {
        const { shard, type, local } = decodeId(id);
        assert.ok(shard === 3 && type === objectTypes.media && local > 0);
        seen.add(id);
      }
      asked += 811;
      await bed().reopen();
    }
    assert.equal(seen.size, asked);
  });

  it('gives out none when none are asked for, and refuses senseless counts and shards', async () => {
    const { shards } = bed();
    assert.deepEqual(await shards.allocate(0, 'pin', 0), []);
    for (const count of [-1, 0.5, Number.NaN, 1e9]) {
      await assert.rejects(shards.allocate(0, 'pin', count), InvalidInputError);
    }
    for (const shard of [-1, 0.5, shards.count]) {
      await assert.rejects(shards.allocate(shard, 'pin', 1), InvalidInputError);
    }
  });
}
