/** The shards' contract: objects and their versions. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ConflictError, InvalidInputError } from '#kernel/errors';
import { idOf, put, type ShardsBed } from './contract-bed.ts';

const pin = idOf(1, 'pin', 7);

/** Registers the tests. */
export function objectCases(bed: () => ShardsBed): void {
  it('gives back what was put, with version 1 and the time of the first write', async () => {
    const { shards, clock } = bed();
    const data = { title: 'Pie “à la mode” 🥧', n: [1, 2.5, -0.1, null, true], deep: { a: { b: '' } } };
    assert.deepEqual(await shards.commit(1, [put(pin, data)]), new Map([[pin, 1]]));
    const first = { id: pin, data, version: 1, createdAt: clock.now() };
    assert.deepEqual(await shards.getMany([pin]), new Map([[pin, first]]));
    clock.advance(1000);
    await shards.commit(1, [put(pin, { title: 'Tart' })]);
    assert.deepEqual((await shards.getMany([pin])).get(pin), {
      ...first,
      data: { title: 'Tart' },
      version: 2,
    });
  });

  it('keeps the creation time that the first put gives', async () => {
    const { shards } = bed();
    await shards.commit(1, [{ ...put(pin, {}), createdAt: 5 }]);
    await shards.commit(1, [{ ...put(pin, { a: 1 }), createdAt: 9 }]);
    assert.deepEqual((await shards.getMany([pin])).get(pin), {
      id: pin,
      data: { a: 1 },
      version: 2,
      createdAt: 5,
    });
  });

  it('raises the version by one with every write, also within one commit', async () => {
    const { shards } = bed();
    assert.deepEqual(await shards.commit(1, [put(pin, { n: 1 }), put(pin, { n: 2 })]), new Map([[pin, 2]]));
    assert.deepEqual(await shards.commit(1, [put(pin, { n: 3 }, 2)]), new Map([[pin, 3]]));
    assert.deepEqual((await shards.getMany([pin])).get(pin)?.data, { n: 3 });
  });

  it('refuses a put whose expectation fails, and leaves the object alone', async () => {
    const { shards } = bed();
    await assert.rejects(shards.commit(1, [put(pin, {}, 1)]), ConflictError);
    await shards.commit(1, [put(pin, { n: 1 }, 0)]);
    for (const expect of [0, 2, 3]) {
      await assert.rejects(shards.commit(1, [put(pin, { n: 9 }, expect)]), ConflictError);
    }
    assert.deepEqual((await shards.getMany([pin])).get(pin)?.data, { n: 1 });
  });

  it('removes, answering version 0; removing what is not there changes nothing', async () => {
    const { shards } = bed();
    await shards.commit(1, [put(pin, {})]);
    assert.deepEqual(await shards.commit(1, [{ kind: 'remove', id: pin }]), new Map([[pin, 0]]));
    assert.deepEqual(await shards.commit(1, [{ kind: 'remove', id: pin }]), new Map([[pin, 0]]));
    assert.equal((await shards.getMany([pin])).size, 0);
  });

  it('refuses a removal whose expectation fails', async () => {
    const { shards } = bed();
    await assert.rejects(shards.commit(1, [{ kind: 'remove', id: pin, expect: 1 }]), ConflictError);
    await shards.commit(1, [put(pin, {})]);
    for (const expect of [0, 2]) {
      await assert.rejects(shards.commit(1, [{ kind: 'remove', id: pin, expect }]), ConflictError);
    }
    assert.equal((await shards.getMany([pin])).size, 1);
  });

  it('reads many of several shards and types at once, each under its own id, missing ones absent', async () => {
    const { shards } = bed();
    const ids = [0, 1, 2, 3].flatMap((shard) =>
      Array.from({ length: 150 }, (_, i) => idOf(shard, i % 2 ? 'pin' : 'board', 2 ** 36 - 1 - i)),
    );
    for (const shard of [0, 1, 2, 3]) {
      const own = ids.slice(shard * 150, shard * 150 + 150);
      await shards.commit(
        shard,
        own.map((id) => put(id, { id })),
      );
    }
    const missing = [idOf(1, 'user', 1), idOf(3, 'media', 5), idOf(2, 'pin', 3), idOf(60_000, 'pin', 1)];
    const found = await shards.getMany([...missing, ...ids, ...ids.slice(0, 5)]);
    assert.deepEqual(new Set(found.keys()), new Set(ids));
    for (const [id, { data }] of found) assert.deepEqual(data, { id });
    assert.equal((await shards.getMany([])).size, 0);
  });

  it('walks the objects of a type in order of their local id', async () => {
    const { shards } = bed();
    const locals = [900, 2, 31, 2 ** 36 - 1, 7];
    await shards.commit(
      2,
      locals.map((n) => put(idOf(2, 'board', n), { n })),
    );
    await shards.commit(2, [put(idOf(2, 'pin', 8), {})]);
    const first = await shards.scan(2, 'board', 0, 3);
    assert.deepEqual(
      first.map(({ data }) => data['n']),
      [2, 7, 31],
    );
    const rest = await shards.scan(2, 'board', 31, 10);
    assert.deepEqual(
      rest.map(({ id }) => id),
      [idOf(2, 'board', 900), idOf(2, 'board', 2 ** 36 - 1)],
    );
    assert.deepEqual(await shards.scan(3, 'board', 0, 10), []);
  });

  it('refuses ids of another shard or of a type that is not in use', async () => {
    const { shards } = bed();
    for (const id of [idOf(2, 'pin', 7), idOf(0, 'pin', 7)]) {
      await assert.rejects(shards.commit(1, [put(id, {})]), InvalidInputError);
      await assert.rejects(shards.commit(1, [{ kind: 'remove', id }]), InvalidInputError);
    }
    const strange = String((1n << 46n) | (1000n << 36n) | 1n) as typeof pin;
    await assert.rejects(shards.commit(1, [put(strange, {})]), InvalidInputError);
    await assert.rejects(shards.commit(shards.count, []), InvalidInputError);
  });
}
