import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createLruCache } from '#engines/cache/lru';
import type { Cache } from '#engines/cache/port';
import type { Change, Shards, StoredObject } from '#engines/shards/port';
import { openSqliteShards } from '#engines/shards/sqlite';
import { system } from '#kernel/actor';
import { ManualClock } from '#kernel/clock';
import { ConflictError, InvalidInputError, NotFoundError, TooLargeError } from '#kernel/errors';
import { decodeId, encodeId, type Id, type ObjectType, objectTypes } from '#kernel/ids';
import { Metrics } from '#kernel/metrics';
import { changeEvent, type Store } from './contract.ts';
import { createStore } from './index.ts';

/** The shards, with the ids of every read of objects noted. */
function watched(shards: Shards, reads: (readonly Id[])[]): Shards {
  const getMany: Shards['getMany'] = (ids) => {
    reads.push(ids);
    return shards.getMany(ids);
  };
  return new Proxy(shards, {
    get(target, key) {
      if (key === 'getMany') return getMany;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('store', () => {
  const clock = new ManualClock();
  let folder = '';
  let shards: Shards;
  let cache: Cache<StoredObject>;
  let reads: (readonly Id[])[];
  let store: Store;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pinakes-store-'));
    shards = await openSqliteShards({ folder, count: 8, durability: 'process' });
  });
  after(async () => {
    await shards.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    reads = [];
    cache = createLruCache({ maxEntries: 100 });
    store = createStore({ shards: watched(shards, reads), cache, clock });
  });

  const fresh = async (shard: number, type: ObjectType): Promise<Id> => {
    const [id] = await store.allocate(system, shard, type, 1);
    assert.ok(id !== undefined);
    return id;
  };
  const commit = (shard: number, ...changes: Change[]) => store.commit(system, { shard, changes });
  const put = (id: Id, data: StoredObject['data'] = {}): Change => ({ kind: 'put', id, data });

  it('holds what it wrote in the cache, exactly as a read would give it', async () => {
    const id = await fresh(1, 'section');
    const made = clock.now();
    await commit(1, put(id, { title: 'Pie', tags: ['a'] }));
    const first = await store.get(system, id);
    assert.deepEqual(first, { id, data: { title: 'Pie', tags: ['a'] }, version: 1, createdAt: made });
    assert.equal(reads.length, 0);
    clock.advance(5000);
    await commit(1, put(id, { title: 'Tart' }));
    reads.length = 0;
    assert.deepEqual(await store.get(system, id), {
      id,
      data: { title: 'Tart' },
      version: 2,
      createdAt: made,
    });
    assert.equal(reads.length, 0);
    assert.deepEqual(await store.get(system, id, { fresh: true }), await store.get(system, id));
    assert.equal(reads.length, 1);
  });

  it('keeps nothing of what the caller does to its objects afterwards', async () => {
    const id = await fresh(1, 'section');
    const data = { tags: ['a'] };
    await commit(1, put(id, data));
    data.tags.push('b');
    const { data: stored } = await store.get(system, id);
    assert.deepEqual(stored, { tags: ['a'] });
    assert.throws(() => Object.assign(stored, { tags: [] }), TypeError);
    const [read] = (await store.getMany(system, [id], { fresh: true })).values();
    assert.throws(() => Object.assign(read?.data ?? assert.fail(), { tags: [] }), TypeError);
  });

  it('reads what is not cached in one batch, once, however many ask at once', async () => {
    const ids = await store.allocate(system, 2, 'section', 10);
    await commit(2, ...ids.map((id) => put(id)));
    await cache.drop(ids);
    const missing = await fresh(3, 'section');
    const answers = await Promise.all([
      store.getMany(system, ids.slice(0, 6)),
      store.getMany(system, [...ids, missing]),
      store.getMany(system, ids.slice(4)),
      store.get(system, ids[7] ?? missing),
    ]);
    assert.deepEqual([...answers[1].keys()].sort(), ids.toSorted());
    assert.deepEqual([...answers[2].keys()].sort(), ids.slice(4).toSorted());
    assert.deepEqual(reads, [ids.slice(0, 6), [...ids.slice(6), missing]]);
    await store.getMany(system, ids);
    assert.equal(reads.length, 2);
  });

  it('answers everyone from after a commit with what it wrote, whatever is being read meanwhile', async () => {
    const id = await fresh(1, 'section');
    for (let n = 1; n <= 20; n += 1) {
      await cache.drop([id]);
      const before = store.getMany(system, [id]);
      await commit(1, put(id, { n }));
      assert.equal((await store.get(system, id)).data['n'], n);
      await before;
      assert.equal((await store.get(system, id)).data['n'], n);
    }
    const late = store.getMany(system, [id]);
    await commit(1, { kind: 'remove', id });
    assert.equal((await store.getMany(system, [id])).size, 0);
    await late;
    assert.equal((await store.getMany(system, [id])).size, 0);
  });

  it('never takes an object for the one that was removed under its id', async () => {
    const id = await fresh(1, 'section');
    await commit(1, put(id, { n: 1 }));
    await commit(1, { kind: 'remove', id }, put(id, { n: 2 }));
    assert.deepEqual((await store.get(system, id)).data, { n: 2 });
    await commit(1, { kind: 'remove', id });
    await commit(1, put(id, { n: 3 }));
    assert.deepEqual((await store.get(system, id)).data, { n: 3 });
  });

  it('works with a cache that cannot answer at once', async () => {
    const remote: Cache<StoredObject> = {
      getMany: (keys) => cache.getMany(keys),
      setIfNewer: (entries) => cache.setIfNewer(entries),
      drop: (keys, version) => cache.drop(keys, version),
      hitRate: () => cache.hitRate(),
      lookups: () => cache.lookups(),
    };
    const other = createStore({ shards: watched(shards, reads), cache: remote, clock });
    const [a, b] = await other.allocate(system, 1, 'section', 2);
    assert.ok(a !== undefined && b !== undefined);
    await other.commit(system, { shard: 1, changes: [put(a, { n: 1 }), put(b, { n: 2 })] });
    await cache.drop([b]);
    assert.deepEqual([...(await other.getMany(system, [a, b])).keys()], [a, b]);
    assert.deepEqual(reads, [[b]]);
  });

  it('names the type of what is not there', async () => {
    const id = await fresh(1, 'section');
    await assert.rejects(store.get(system, id), new NotFoundError('section'));
  });

  it('leaves cache and shards as they were when a commit fails', async () => {
    const id = await fresh(1, 'section');
    await commit(1, put(id, { n: 1 }));
    await assert.rejects(
      commit(1, put(id, { n: 2 }), { kind: 'put', id, data: {}, expect: 7 }),
      ConflictError,
    );
    assert.deepEqual((await store.get(system, id)).data, { n: 1 });
    assert.deepEqual((await store.get(system, id, { fresh: true })).data, { n: 1 });
  });

  it('refuses what does not belong', async () => {
    const user = await fresh(1, 'user');
    const board = await fresh(1, 'board');
    const elsewhere = await fresh(2, 'user');
    const strange = encodeId({ shard: 1, type: 900, local: 1 });
    const edge = { kind: 'link', mapping: 'user_owns_board', from: user, to: board, sequence: 1 } as const;
    const bad: Change[] = [
      put(elsewhere),
      put(strange),
      put('12x' as Id),
      { kind: 'remove', id: elsewhere },
      { ...edge, mapping: 'user_eats_board' },
      { ...edge, mapping: 'toString' },
      { ...edge, from: elsewhere },
      { ...edge, from: board },
      { ...edge, to: user },
      { kind: 'unlink', mapping: 'user_owns_board', from: user, to: elsewhere },
      { kind: 'put', id: user, data: [] as unknown as StoredObject['data'] },
    ];
    for (const change of bad)
      await assert.rejects(commit(1, change), InvalidInputError, JSON.stringify(change));
    await assert.rejects(commit(8, put(user)), InvalidInputError);
    await assert.rejects(commit(1, edge), NotFoundError);
    await commit(1, put(user), put(board, { ownerId: user, secret: false }), edge);
  });

  it('limits the size of objects and of commits', async () => {
    const id = await fresh(1, 'section');
    const most = 256 * 1024 - '{"t":""}'.length;
    await commit(1, put(id, { t: 'x'.repeat(most) }));
    await assert.rejects(commit(1, put(id, { t: 'x'.repeat(most + 1) })), TooLargeError);
    await assert.rejects(commit(1, put(id, { t: 'ü'.repeat(most / 2 + 1) })), TooLargeError);
    const many = Array.from({ length: 1001 }, () => put(id));
    await assert.rejects(commit(1, ...many), InvalidInputError);
  });

  it('puts events into the outbox with the change', async () => {
    const id = await fresh(5, 'section');
    const event = {
      type: 'pin.created',
      id,
      version: 1,
      at: 5,
      actor: null,
      body: { n: 1 },
      before: null,
    } as const;
    await commit(5, put(id, { n: 1 }), changeEvent(event));
    const [entry] = await shards.readOutbox(5, 0, 10);
    assert.deepEqual(entry?.event, { ...event, also: [['put', id, clock.now(), 0]] });
  });

  it('places people evenly', () => {
    const places = Array.from({ length: 80 }, () => store.placeUser());
    for (let shard = 0; shard < 8; shard += 1) assert.equal(places.filter((n) => n === shard).length, 10);
  });

  it('walks every object of a type in batches', async () => {
    const pictures: Id[] = [];
    for (const shard of [0, 3, 7]) pictures.push(...(await store.allocate(system, shard, 'media', 5)));
    for (const id of pictures) await commit(decodeId(id).shard, put(id, { id }));
    const batches: StoredObject[][] = [];
    for await (const batch of store.scan(system, 'media', 2)) batches.push(batch);
    assert.deepEqual(
      batches.flat().map(({ id }) => id),
      pictures,
    );
    assert.ok(batches.every(({ length }) => length <= 2));
  });

  it('counts commits by who asked and shows the hit rate', async () => {
    const metrics = new Metrics();
    const measured = createStore({ shards, cache, clock, metrics });
    const id = encodeId({ shard: 1, type: objectTypes.section, local: 2 ** 35 });
    await measured.commit(system, { shard: 1, changes: [put(id)] });
    await assert.rejects(
      measured.commit(system, { shard: 1, changes: [{ ...put(id), expect: 9 } as Change] }),
    );
    await measured.get(system, id);
    const text = await metrics.registry.metrics();
    assert.match(
      text,
      /pinakes_store_commit_seconds_count\{.*actor="system".*outcome="done".*\} 1|outcome="done",actor="system"\} 1/,
    );
    assert.match(text, /pinakes_store_cache_hit_ratio 1/);
  });
});
