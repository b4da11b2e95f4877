import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Person, system } from '#kernel/actor';
import { UnavailableError } from '#kernel/errors';
import { type Id, shardOf } from '#kernel/ids';
import type { Store } from '#services/store/contract';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';
import { overriding } from '../../../test/support/overriding.ts';
import { createMending, createPins } from './index.ts';

describe('a pin and the edge of its picture', () => {
  let bed: LibraryBed;
  let ada: Person;
  let boardId: Id;
  beforeEach(async () => {
    bed = await openLibraryBed();
    ada = await bed.person('ada');
    boardId = (await bed.boards.create(ada, { name: 'One' })).id;
  });
  afterEach(() => bed[Symbol.asyncDispose]());

  const isLinked = async (mediaId: Id, pin: Id) =>
    (await bed.store.linked(system, 'media_has_pin', mediaId, [pin])).has(pin);
  const unlink = (mediaId: Id, pin: Id) =>
    bed.store.commit(system, {
      shard: shardOf(mediaId),
      changes: [{ kind: 'unlink', mapping: 'media_has_pin', from: mediaId, to: pin }],
    });
  const events = async () => (await bed.changes()).map((change) => ({ ...change }) as never);

  it('are made whole from the events of pins that a loss of power left alone', async () => {
    const mediaId = await bed.media.add(ada.userId);
    const { id } = await bed.pins.create(ada, { boardId, mediaId });
    await unlink(mediaId, id);
    await createMending(bed.store)(await events());
    assert.ok(await isLinked(mediaId, id));
    const edges = await bed.store.range(system, { mapping: 'media_has_pin', from: mediaId, limit: 9 });
    assert.deepEqual(
      edges.map(({ to, sequence }) => [to, sequence]),
      [[id, bed.clock.now()]],
    );
  });

  it('are made whole although the shard of another picture does not answer', async () => {
    const [lost, mediaId] = [await bed.media.add(ada.userId), await bed.media.add(ada.userId)];
    await bed.pins.create(ada, { boardId, mediaId: lost });
    const { id } = await bed.pins.create(ada, { boardId, mediaId });
    await unlink(mediaId, id);
    const store = overriding<Store>(bed.store, {
      linked: async (actor, mapping, from, to) => {
        if (from === lost) throw new UnavailableError('silent');
        return bed.store.linked(actor, mapping, from, to);
      },
    });
    await assert.rejects(createMending(store)(await events()), UnavailableError);
    assert.ok(await isLinked(mediaId, id));
  });

  it('are left alone where the pin was removed', async () => {
    const mediaId = await bed.media.add(ada.userId);
    const { id } = await bed.pins.create(ada, { boardId, mediaId });
    await bed.pins.remove(ada, id);
    await bed.settle();
    await createMending(bed.store)(await events());
    assert.ok(!(await isLinked(mediaId, id)));
  });

  it('are written in that order, and acknowledged when both are on disk', async () => {
    const mediaId = await bed.media.add(ada.userId);
    const applied = Promise.withResolvers<void>();
    const durable = Promise.withResolvers<void>();
    const store = overriding<Store>(bed.store, {
      commit: async (actor, commit, options) => {
        const isEdge = commit.changes.some((one) => one.kind === 'link' && one.mapping === 'media_has_pin');
        if (!isEdge) return bed.store.commit(actor, commit, options);
        await applied.promise;
        const result = await bed.store.commit(actor, commit);
        options?.onApplied?.();
        await durable.promise;
        return result;
      },
    });
    const pins = createPins({ ...bed, store, saveDeadlineMs: 60_000 });
    const stored = async () => (await bed.pins.recentIds(ada.userId, 9)).length;
    let isSaved = false;
    const saving = pins.create(ada, { boardId, mediaId }).then(() => {
      isSaved = true;
    });
    await nextTurn();
    assert.equal(await stored(), 0);
    applied.resolve();
    while ((await stored()) === 0) await nextTurn();
    assert.equal(isSaved, false);
    durable.resolve();
    await saving;
  });
});
