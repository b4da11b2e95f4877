/** Copying shards: a copy of a whole shard is the same and serves. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ConflictError } from '#kernel/errors';
import { emit, idOf, link, put } from './contract-bed.ts';
import { copyShard, digests, everything, keyOn, type TransferBed } from './contract-transfer-bed.ts';
import type { MovableShards } from './transfer.ts';

const ada = idOf(1, 'user', 1);
const name = (shards: MovableShards) => keyOn(shards, 1, 'name', 'ada ü ');

/** Writes a bit of everything to shard 1; answers the pins. */
async function fill(shards: MovableShards) {
  const pins = await shards.allocate(1, 'pin', 40);
  for (const [n, pin] of pins.entries()) {
    await shards.commit(1, [put(pin, { n, text: `${n} 🧶` }), link(ada, pin, n), emit({ n })]);
    if (n % 3 === 0) await shards.commit(1, [put(pin, { n, again: true })]);
  }
  await shards.claim('name', name(shards), ada);
  return pins;
}

/** Registers the tests. */
export function copyCases(bed: () => TransferBed): void {
  it('are equal to the original', async () => {
    const [a, b] = [bed().from.shards, bed().to.shards];
    await fill(a);
    await copyShard(a, b, 1);
    assert.deepEqual(await everything(b, 1), await everything(a, 1));
    assert.deepEqual(await digests(b, 1), await digests(a, 1));
    await copyShard(a, b, 1);
    assert.deepEqual(await digests(await bed().to.reopen(), 1), await digests(a, 1));
    assert.deepEqual(await bed().to.shards.verify(), []);
  });

  it('serve what the original served', async () => {
    const [a, b] = [bed().from.shards, bed().to.shards];
    const pins = await fill(a);
    await copyShard(a, b, 1);
    assert.deepEqual(await b.getMany(pins), await a.getMany(pins));
    const request = { mapping: 'user_owns_board', from: ada, limit: 100 };
    assert.deepEqual(await b.range(request), await a.range(request));
    assert.deepEqual(await b.claimed('name', [name(a)]), new Map([[name(a), ada]]));
    assert.equal(await b.claim('name', name(a), idOf(2, 'user', 2)), ada);
    assert.deepEqual(await b.readOutbox(1, 0, 100), await a.readOutbox(1, 0, 100));
    assert.deepEqual(await b.shardsWithOutbox(), [1]);
  });

  it('take commits that go on from the versions they hold', async () => {
    const [a, b] = [bed().from.shards, bed().to.shards];
    const pins = await fill(a);
    await copyShard(a, b, 1);
    const [first = ada, second = ada] = pins;
    assert.equal((await b.commit(1, [put(first, {}, 2)])).get(first), 3);
    await assert.rejects(b.commit(1, [put(second, {}, 2)]), ConflictError);
    await assert.rejects(b.commit(1, [link(ada, first, 1, true)]), ConflictError);
  });

  it('never give out an id that the original gave out, nor one that is in use', async () => {
    const [a, b] = [bed().from.shards, bed().to.shards];
    const given = new Set([...(await fill(a)), ...(await a.allocate(1, 'board', 300))]);
    await copyShard(a, b, 1);
    const own = [...(await b.allocate(1, 'pin', 300)), ...(await b.allocate(1, 'board', 300))];
    assert.equal(own.filter((id) => given.has(id)).length, 0);
    assert.equal(new Set(own).size, 600);
  });

  it('go on with the outbox, an empty one too', async () => {
    const [a, b] = [bed().from.shards, bed().to.shards];
    await fill(a);
    const last = (await a.readOutbox(1, 0, 100)).at(-1)?.sequence ?? 0;
    await a.trimOutbox(1, last);
    await copyShard(a, b, 1);
    assert.deepEqual(await b.readOutbox(1, 0, 9), []);
    await b.commit(1, [emit({ n: 'next' })]);
    const [next] = await b.readOutbox(1, 0, 9);
    assert.ok((next?.sequence ?? 0) > last);
    assert.deepEqual(await b.readOutbox(1, last, 9), [next]);
  });

  it('leave nothing behind when they are erased, and the shard serves as a new one', async () => {
    const { shards } = bed().from;
    const [pin = ada] = await fill(shards);
    await shards.commit(2, [put(idOf(2, 'pin', 1), {})]);
    await shards.setState(1, { seal: 'moved', journal: true });
    await shards.trimOutbox(1, 1);
    await shards.erase(1);
    await shards.erase(3);
    assert.deepEqual(await everything(shards, 1), {});
    assert.deepEqual(await shards.state(1), { seal: null, journal: false });
    assert.deepEqual(await shards.readJournal(1, 10), { through: 0, names: [], hasMore: false });
    assert.equal((await shards.getMany([pin])).size, 0);
    assert.deepEqual(await shards.shardsWithOutbox(), []);
    assert.equal((await shards.commit(1, [put(pin, {}, 0), link(ada, pin, 1, true)])).get(pin), 1);
    const again = await bed().from.reopen();
    assert.equal((await again.getMany([pin, idOf(2, 'pin', 1)])).size, 2);
  });

  it('let writes that meet an erasure go through whole or fail', async () => {
    const { shards } = bed().from;
    const pins = Array.from({ length: 60 }, (_, i) => idOf(1, 'pin', i + 1));
    const writes = pins.map((pin) => shards.commit(1, [put(pin, {}), link(ada, pin, 1)]));
    await Promise.allSettled([...writes.slice(0, 30), shards.erase(1), ...writes.slice(30)]);
    const there = await shards.getMany(pins);
    const linked = await shards.linked('user_owns_board', ada, pins);
    assert.deepEqual([...linked].sort(), [...there.keys()].sort());
  });
}
