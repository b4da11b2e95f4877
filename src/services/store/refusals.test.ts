import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createLruCache } from '#engines/cache/lru';
import type { Change } from '#engines/shards/port';
import { type Person, stranger, system } from '#kernel/actor';
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  UnauthenticatedError,
} from '#kernel/errors';
import { encodeId, type Id, objectTypes, shardOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';
import type { Store } from './contract.ts';
import { createStore } from './index.ts';

describe('refusals of the store', () => {
  let bed: LibraryBed;
  let ada: Person;
  let bob: Person;
  let open: Id;
  let secret: Id;
  /** Another process: the same shards, its own cache. */
  let elsewhere: Store;
  beforeEach(async () => {
    bed = await openLibraryBed();
    [ada, bob] = [await bed.person('ada'), await bed.person('bob')];
    open = (await bed.boards.create(ada, { name: 'Open' })).id;
    secret = (await bed.boards.create(ada, { name: 'Secret', secret: true })).id;
    const cache = createLruCache<never>({ maxEntries: 100 });
    elsewhere = createStore({ shards: bed.shards, cache, clock: bed.clock });
  });
  afterEach(async () => {
    await bed[Symbol.asyncDispose]();
  });

  const commit = (actor: Person, near: Id, ...changes: Change[]) =>
    bed.store.commit(actor, { shard: shardOf(near), changes });
  const change = async (id: Id, patch: JsonObject, store = bed.store) => {
    const { data } = await store.get(system, id, { fresh: true });
    const put = { kind: 'put', id, data: { ...data, ...patch } } as const;
    await store.commit(system, { shard: shardOf(id), changes: [put] });
  };
  const newPin = async (boardId: Id, by: Person): Promise<Change> => {
    const [id] = await bed.store.allocate(system, shardOf(boardId), 'pin', 1);
    const mediaId = await bed.media.add(by.userId);
    return { kind: 'put', id: id as Id, data: { boardId, ownerId: ada.userId, mediaId }, expect: 0 };
  };

  it('go by what another process has just written, whatever this one remembers', async () => {
    await change(open, { roles: { [bob.userId]: 'editor' } });
    const pin = await newPin(open, bob);
    await change(open, { roles: {} }, elsewhere);
    assert.ok((await bed.store.get(bob, open)).data['roles'], 'the cache still has the role');
    await assert.rejects(commit(bob, open, pin), ForbiddenError);
    await change(open, { roles: { [bob.userId]: 'editor' }, secret: true }, elsewhere);
    await commit(bob, open, pin);
  });

  it('hold for the version that was judged: who writes over it in between makes it conflict', async () => {
    const { data, version } = await bed.store.get(system, open);
    await change(open, { name: 'Newer' }, elsewhere);
    const renamed = { kind: 'put', id: open, data: { ...data, name: 'Older' } } as const;
    await assert.rejects(commit(ada, open, { ...renamed, expect: version }), ConflictError);
    assert.equal((await bed.store.get(system, open, { fresh: true })).data['name'], 'Newer');
  });

  it('tell no more of what is secret than of what was never there', async () => {
    const mediaId = await bed.media.add(ada.userId);
    const pin = await bed.pins.create(ada, { boardId: secret, mediaId });
    const unborn = (id: Id, type: 'board' | 'pin' | 'media') =>
      encodeId({ shard: shardOf(id), type: objectTypes[type], local: 2 ** 30 });
    const mine = (await bed.boards.create(bob, { name: 'Mine' })).id;
    const attempts = (boardId: Id, pinId: Id, picture: Id): [Id, Change][] => [
      [boardId, { kind: 'put', id: boardId, data: { ownerId: ada.userId, secret: false }, expect: 1 }],
      [boardId, { kind: 'put', id: boardId, data: { ownerId: ada.userId, secret: false }, expect: 7 }],
      [boardId, { kind: 'remove', id: boardId }],
      [pinId, { kind: 'remove', id: pinId, expect: 3 }],
      [pinId, { kind: 'put', id: pinId, data: { boardId, ownerId: ada.userId, mediaId: picture } }],
      [
        bob.userId,
        { kind: 'link', mapping: 'user_follows_board', from: bob.userId, to: boardId, sequence: 1 },
      ],
      [boardId, { kind: 'link', mapping: 'board_has_pin', from: boardId, to: pinId, sequence: 1 }],
      [
        mine,
        {
          kind: 'put',
          id: unborn(mine, 'pin'),
          data: { boardId: mine, ownerId: bob.userId, mediaId: picture },
          expect: 0,
        },
      ],
    ];
    const words = (list: [Id, Change][]) =>
      Promise.all(list.map(([near, one]) => commit(bob, near, one).then(() => 'done', String)));
    const hidden = await words(attempts(secret, pin.id, mediaId));
    const missing = await words(
      attempts(unborn(secret, 'board'), unborn(secret, 'pin'), unborn(mediaId, 'media')),
    );
    assert.deepEqual(hidden, missing);
    for (const answer of hidden) assert.match(answer, /NotFoundError/);
  });

  it('meet references to what is not there or does not fit, by the system too', async () => {
    const pin = (await newPin(open, ada)) as Change & { kind: 'put' };
    const other = (await bed.boards.create(bob, { name: 'Bobs' })).id;
    const wrong: [JsonObject, typeof InvalidInputError | typeof NotFoundError][] = [
      [{ boardId: encodeId({ shard: shardOf(open), type: objectTypes.board, local: 4711 }) }, NotFoundError],
      [{ mediaId: encodeId({ shard: 3, type: objectTypes.media, local: 4711 }) }, NotFoundError],
      [{ boardId: other }, InvalidInputError],
      [{ boardId: ada.userId }, InvalidInputError],
      [{ ownerId: bob.userId }, InvalidInputError],
      [{ mediaId: '12' }, InvalidInputError],
      [{ savedFrom: open }, InvalidInputError],
    ];
    for (const [patch, error] of wrong) {
      const put = { ...pin, data: { ...pin.data, ...patch } };
      await assert.rejects(bed.store.commit(system, { shard: shardOf(open), changes: [put] }), error);
    }
    const followed = { kind: 'link', mapping: 'user_follows_board', from: ada.userId, sequence: 1 } as const;
    await assert.rejects(
      commit(ada, ada.userId, {
        ...followed,
        to: encodeId({ shard: 0, type: objectTypes.board, local: 4711 }),
      }),
      new NotFoundError('board'),
    );
    await bed.store.commit(system, { shard: shardOf(open), changes: [pin] });
  });

  it('keep names, ids and whole walks from people, and everything from strangers', async () => {
    const { store } = bed;
    const shard = shardOf(ada.userId);
    for (const actor of [ada, stranger]) {
      await assert.rejects(store.claim(actor, 'user-name', 'root', ada.userId), ForbiddenError);
      await assert.rejects(store.release(actor, 'user-name', 'bob', bob.userId), ForbiddenError);
      await assert.rejects(async () => {
        for await (const _ of store.scan(actor, 'user'));
      }, ForbiddenError);
    }
    await assert.rejects(store.allocate(ada, shard, 'session', 1), ForbiddenError);
    await assert.rejects(store.allocate(ada, (shard + 1) % 8, 'board', 1), ForbiddenError);
    await assert.rejects(store.allocate(stranger, shard, 'pin', 1), UnauthenticatedError);
    await assert.rejects(store.commit(stranger, { shard, changes: [] }), UnauthenticatedError);
    await assert.rejects(store.claim(system, 'user-name', 'x', 'nonsense' as Id), InvalidInputError);
    const names = ['ada', 'nobody'];
    assert.deepEqual([...(await store.claimed(stranger, 'user-name', names)).values()], [ada.userId]);
    await store.claim(system, 'board-name', 'hidden', secret);
    assert.equal((await store.claimed(bob, 'board-name', ['hidden'])).size, 0);
    assert.equal((await store.claimed(ada, 'board-name', ['hidden'])).size, 1);
  });

  it('leave people no credentials to read, not even their own', async () => {
    const session = { mapping: 'user_has_session', from: ada.userId, limit: 1 } as const;
    const [edge] = await bed.store.range(ada, session);
    assert.ok(edge);
    assert.deepEqual(await bed.store.range(bob, session), []);
    assert.equal((await bed.store.getMany(bob, [edge.to])).size, 0);
    const open = await bed.store.getMany(ada, [ada.userId, edge.to]);
    assert.deepEqual(
      [...open.values()].map(({ data }) => ['passwordHash' in data, 'hash' in data]),
      [
        [false, false],
        [false, false],
      ],
    );
    assert.equal(await bed.store.getMany(ada, [bob.userId]).then((one) => one.get(bob.userId)?.version), 1);
    assert.ok((await bed.store.get(system, ada.userId)).data['passwordHash']);
  });

  it('let everybody read a page as full as if what is hidden were not there', async () => {
    const [first] = await bed.store.range(stranger, {
      mapping: 'user_owns_board',
      from: ada.userId,
      limit: 1,
    });
    assert.equal(first?.to, open);
    const behind = { mapping: 'user_owns_board', from: ada.userId, limit: 1, after: first } as const;
    assert.deepEqual(await bed.store.range(stranger, behind), []);
  });
});
