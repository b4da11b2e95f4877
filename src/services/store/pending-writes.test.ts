import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Actor, type Person, stranger, system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';
import type { EdgeRequest, PendingWrite } from './contract.ts';

describe('what is pending in the store', () => {
  let bed: LibraryBed;
  let ada: Person;
  let bob: Person;
  let boardId: Id;
  let stored: Id[];
  beforeEach(async () => {
    bed = await openLibraryBed();
    ada = await bed.person('ada');
    bob = await bed.person('bob');
    boardId = (await bed.boards.create(ada, { name: 'Open' })).id;
    stored = [];
    for (let n = 0; n < 3; n += 1) {
      bed.clock.advance(10);
      stored.push((await bed.pins.create(ada, { boardId, mediaId: await bed.media.add(ada.userId) })).id);
    }
  });
  afterEach(async () => {
    await bed[Symbol.asyncDispose]();
  });
  /** A pending copy of a stored pin, so many milliseconds from now. */
  const pendingPin = async (later: number): Promise<PendingWrite> => {
    const [id] = await bed.store.allocate(system, Number(BigInt(boardId) >> 46n), 'pin', 1);
    const pin = await bed.store.get(system, stored[0] as Id);
    assert.ok(id);
    const sequence = bed.clock.now() + later;
    return {
      author: ada.userId,
      object: { ...pin, id, version: 1, createdAt: sequence },
      edges: [{ mapping: 'board_has_pin', from: boardId, to: id, sequence }],
    };
  };
  const range = (actor: Actor, more: Partial<EdgeRequest> = {}) =>
    bed.store.range(actor, { mapping: 'board_has_pin', from: boardId, limit: 10, ...more });
  const ids = async (...given: Parameters<typeof range>) => (await range(...given)).map(({ to }) => to);

  it('is there for its author, and for nobody else, the system included', async () => {
    const write = await pendingPin(1);
    const { id } = write.object;
    bed.store.pending.add(write);
    assert.deepEqual((await bed.store.getMany(ada, [id, stored[0] as Id])).size, 2);
    assert.deepEqual(await ids(ada), [id, ...stored.toReversed()]);
    assert.deepEqual([...(await bed.store.linked(ada, 'board_has_pin', boardId, [id]))], [id]);
    assert.equal((await bed.store.countLinks(ada, 'board_has_pin', [boardId])).get(boardId), 4);
    for (const other of [bob, stranger, system]) {
      assert.equal((await bed.store.getMany(other, [id])).size, 0);
      assert.deepEqual(await ids(other), stored.toReversed());
      assert.equal((await bed.store.linked(other, 'board_has_pin', boardId, [id])).size, 0);
      assert.equal((await bed.store.countLinks(other, 'board_has_pin', [boardId])).get(boardId), 3);
    }
  });

  it('is gone once it is taken away', async () => {
    const write = await pendingPin(1);
    bed.store.pending.add(write);
    assert.deepEqual([bed.store.pending.size, bed.store.pending.authorOf(write.object.id)], [1, ada.userId]);
    bed.store.pending.remove(write.object.id);
    bed.store.pending.remove(write.object.id);
    assert.equal(bed.store.pending.size, 0);
    assert.deepEqual(await ids(ada), stored.toReversed());
    assert.equal((await bed.store.getMany(ada, [write.object.id])).size, 0);
  });

  it('stands in its place among what is stored, on every page and in both directions', async () => {
    const writes = await Promise.all([-15, -5, 5].map(pendingPin));
    for (const write of writes) bed.store.pending.add(write);
    const [oldest, middle, newest] = writes.map(({ object }) => object.id);
    const [first, second, third] = stored;
    const all = [newest, third, middle, second, oldest, first];
    assert.deepEqual(await ids(ada), all);
    assert.deepEqual(await ids(ada, { ascending: true }), all.toReversed());
    for (const ascending of [false, true]) {
      const pages: Id[] = [];
      let after: EdgeRequest['after'];
      do {
        const page = await range(ada, { limit: 2, ascending, after });
        pages.push(...page.map(({ to }) => to));
        after = page.at(-1);
      } while (after !== undefined);
      assert.deepEqual(pages, ascending ? all.toReversed() : all);
    }
  });

  it('is there once when it has reached its shard meanwhile', async () => {
    const pin = await bed.store.get(system, stored[2] as Id);
    const [edge] = await range(system, { limit: 1 });
    assert.ok(edge);
    const edges = [{ ...edge, mapping: 'board_has_pin' as const }];
    bed.store.pending.add({ author: ada.userId, object: pin, edges });
    assert.deepEqual(await ids(ada), stored.toReversed());
    assert.equal((await bed.store.countLinks(ada, 'board_has_pin', [boardId])).get(boardId), 3);
  });

  it('is hidden from its author when its board is', async () => {
    const hidden = (await bed.boards.create(bob, { name: 'Secret', secret: true })).id;
    const write = await pendingPin(1);
    const object = { ...write.object, data: { ...write.object.data, boardId: hidden } };
    bed.store.pending.add({ ...write, object });
    assert.equal((await bed.store.getMany(ada, [object.id])).size, 0);
  });
});
