import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createLruCache } from '#engines/cache/lru';
import type { Shards, StoredObject } from '#engines/shards/port';
import { WriteRefusedError } from '#engines/shards/port';
import { openSqliteShards } from '#engines/shards/sqlite';
import { system } from '#kernel/actor';
import { ManualClock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import { encodeId, type Id, objectTypes } from '#kernel/ids';
import type { Store } from './contract.ts';
import { createStore } from './index.ts';

let folder = '';
let real: Shards;
let next = 1;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pinakes-cached-'));
  real = await openSqliteShards({ folder, count: 4, durability: 'process' });
});
after(async () => {
  await real.close();
  await rm(folder, { recursive: true });
});

let a: Id;
let b: Id;

beforeEach(async () => {
  const ids = [next++, next++].map((local) => encodeId({ shard: 1, type: objectTypes.section, local }));
  [a, b] = ids as [Id, Id];
  const changes = ids.map((id) => ({ kind: 'put', id, data: { n: 1 } }) as const);
  await real.commit(1, changes);
});

/** A store with room for one object, over shards of which some methods are different. */
function storeOver(different: Partial<Shards>): Store {
  const shards = new Proxy(real, {
    get(target, name) {
      const value = Reflect.get({ ...different }, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return createStore({ shards, cache: createLruCache({ maxEntries: 1 }), clock: new ManualClock() });
}

const write = (store: Store, id: Id, n: number) =>
  store.commit(system, { shard: 1, changes: [{ kind: 'put', id, data: { n } }] });

const numberOf = async (store: Store, id: Id) => (await store.get(system, id)).data['n'];

describe('the cache of objects', () => {
  it('never learns an older version from a read that a write has overtaken', async () => {
    const gate = Promise.withResolvers<void>();
    let reads = 0;
    const store = storeOver({
      async getMany(ids) {
        reads += 1;
        const isFirst = reads === 1;
        const found = await real.getMany(ids);
        if (isFirst) await gate.promise;
        return found;
      },
    });
    const late = store.getMany(system, [a]);
    await write(store, a, 2);
    // The new version leaves the cache, so that nothing there is newer than what the read found.
    assert.equal(await numberOf(store, b), 1);
    gate.resolve();
    assert.equal((await late).get(a)?.data['n'], 1);
    assert.equal(await numberOf(store, a), 2);
  });

  it('never learns a removed object from a read that began before', async () => {
    const gate = Promise.withResolvers<void>();
    let reads = 0;
    const store = storeOver({
      async getMany(ids) {
        reads += 1;
        const isFirst = reads === 1;
        const found = await real.getMany(ids);
        if (isFirst) await gate.promise;
        return found;
      },
    });
    const late = store.getMany(system, [a]);
    await store.commit(system, { shard: 1, changes: [{ kind: 'remove', id: a }] });
    gate.resolve();
    await late;
    assert.equal((await store.getMany(system, [a])).size, 0);
  });

  it('keeps nothing that was read without the primary, nor what was derived from it', async () => {
    let isStale = true;
    const store = storeOver({
      async getMany(ids) {
        const found = await real.getMany(ids);
        if (!isStale) return found;
        const old = (object: StoredObject): StoredObject => ({ ...object, data: { n: 0 }, isStale: true });
        return new Map(found.values().map((object) => [object.id, old(object)]));
      },
    });
    const unchanged = store.watch([a]);
    const links = store.linksVersion('user_owns_board', a);
    assert.equal(await numberOf(store, a), 0);
    assert.equal(unchanged(), false);
    assert.notEqual(store.linksVersion('user_owns_board', a), links);
    isStale = false;
    assert.equal(await numberOf(store, a), 1);
  });

  it('forgets what a commit without an answer may have changed', async () => {
    const store = storeOver({
      async commit(shard, changes) {
        await real.commit(shard, changes);
        throw new UnavailableError('the connection broke');
      },
    });
    assert.equal(await numberOf(store, a), 1);
    const unchanged = store.watch([a]);
    await assert.rejects(write(store, a, 2), UnavailableError);
    assert.equal(await numberOf(store, a), 2);
    assert.equal(unchanged(), false);
  });

  it('goes on answering while writes are refused', async () => {
    let isGone = false;
    const gone = <T>(answer: () => Promise<T>) =>
      isGone ? Promise.reject(new UnavailableError('gone')) : answer();
    const store = storeOver({
      getMany: (ids) => gone(() => real.getMany(ids)),
      commit: () => Promise.reject(new WriteRefusedError('read-only')),
    });
    assert.equal(await numberOf(store, a), 1);
    isGone = true;
    await assert.rejects(write(store, a, 2), WriteRefusedError);
    assert.equal(await numberOf(store, a), 1);
  });

  it('does not fail a commit, nor keep the old version, when the new one cannot be read', async () => {
    let isGone = false;
    const store = storeOver({
      getMany: (ids) => (isGone ? Promise.reject(new UnavailableError('gone')) : real.getMany(ids)),
      async commit(shard, changes) {
        const versions = await real.commit(shard, changes);
        isGone = true;
        return versions;
      },
    });
    assert.equal(await numberOf(store, a), 1);
    assert.deepEqual(await write(store, a, 2), new Map([[a, 2]]));
    isGone = false;
    assert.equal(await numberOf(store, a), 2);
  });
});
