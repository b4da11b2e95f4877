import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Person, stranger } from '#kernel/actor';
import { ConflictError, NotFoundError, UnavailableError } from '#kernel/errors';
import { type Id, shardOf } from '#kernel/ids';
import type { Fault } from '../../../test/support/faulty-shards.ts';
import { SavesBed } from '../../../test/support/saves-bed.ts';
import type { SavedPin } from './contract.ts';

describe('a save whose shard does not answer', () => {
  let bed: SavesBed;
  let ada: Person;
  let bob: Person;
  let board: Id;
  let source: SavedPin;
  beforeEach(async () => {
    bed = await SavesBed.open(Math.random);
    ada = await bed.person('ada');
    bob = await bed.person('bob');
    board = (await bed.now.boards.create(ada, { name: 'Kept' })).id;
    const bobs = (await bed.now.boards.create(bob, { name: 'Shown' })).id;
    source = await bed.now.pins.create(bob, { boardId: bobs, mediaId: await bed.now.media.add(bob.userId) });
    await bed.arrive();
  });
  afterEach(() => bed.close());

  const breakAda = (fault: Fault = 'refuse') => bed.faulty.set(shardOf(ada.userId), fault);
  const save = () => {
    bed.clock.advance(1);
    return bed.now.pins.save(ada, source.id, board);
  };
  const heal = async () => {
    bed.faulty.healAll();
    await bed.arrive();
  };
  const provisional = async () => {
    const saved = await save();
    assert.ok(saved.job, 'it is provisional');
    return { ...saved, job: saved.job };
  };

  for (const fault of ['refuse', 'lose', 'hang', 'hang-refuse', 'answer-late'] as const) {
    it(`is acknowledged, and is one pin in the end (${fault})`, async () => {
      breakAda(fault);
      const saved = await provisional();
      await heal();
      assert.equal((await bed.now.jobs.get(saved.job))?.state, 'done');
      const { job: _job, ...pin } = saved;
      assert.deepEqual(await bed.now.pins.get(ada, saved.id), { ...pin });
      const { items } = await bed.now.pins.byBoard(stranger, board, {});
      assert.deepEqual(
        items.map(({ id }) => id),
        [saved.id],
      );
    });
  }

  it('is kept as well when the shard of its picture is the one that does not answer', async () => {
    const pins = await bed.now.pins.data([source.id]);
    bed.faulty.set(shardOf(pins.get(source.id)?.mediaId as Id), 'refuse');
    const saved = await provisional();
    await heal();
    assert.equal((await bed.now.pins.get(stranger, saved.id)).id, saved.id);
  });

  it('asks a shard that hangs once, and then not for a moment', async () => {
    breakAda('hang');
    await provisional();
    const { hits } = bed.faulty;
    const saves = await Promise.all(Array.from({ length: 20 }, () => provisional()));
    assert.equal(new Set(saves.map(({ id }) => id)).size, 20);
    assert.ok(bed.faulty.hits - hits <= 4, `${bed.faulty.hits - hits} of 20 saves asked the shard`);
    await heal();
    const { items } = await bed.now.pins.byBoard(stranger, board, {});
    assert.equal(items.length, 21);
  });

  it('is seen by its saver at once wherever they look, and by nobody else', async () => {
    const first = await save();
    breakAda();
    const { id } = await provisional();
    const { pins, boards } = bed.now;
    const ids = async (page: ReturnType<typeof pins.byBoard>) => (await page).items.map((pin) => pin.id);
    const look = async (viewer: Person) => ({
      closeup: await pins.get(viewer, id).then(
        () => true,
        () => false,
      ),
      board: await ids(pins.byBoard(viewer, board, {})),
      profile: await ids(pins.byOwner(viewer, ada.userId, {})),
    });
    const both = [id, first.id];
    assert.deepEqual(await look(ada), { closeup: true, board: both, profile: both });
    assert.deepEqual(await look(bob), { closeup: false, board: [first.id], profile: [first.id] });
    assert.equal((await pins.counts(ada, ada.userId)).pins, 2);
    assert.equal((await boards.get(ada, board)).pinCount, 2);
    await assert.rejects(pins.save(bob, id, board), NotFoundError);
  });

  it('is there again after the program died', async () => {
    breakAda();
    const { id } = await provisional();
    await bed.reborn();
    assert.equal((await bed.now.pins.get(ada, id)).id, id);
    await assert.rejects(bed.now.pins.get(bob, id), NotFoundError);
    await heal();
    assert.equal((await bed.now.pins.get(bob, id)).id, id);
  });

  it('can be changed and removed once it has arrived, not before', async () => {
    breakAda();
    const { id } = await provisional();
    await assert.rejects(bed.now.pins.update(ada, id, { title: 'New' }), ConflictError);
    await assert.rejects(bed.now.pins.remove(ada, id), ConflictError);
    await assert.rejects(bed.now.pins.remove(bob, id), NotFoundError);
    await heal();
    await bed.now.pins.remove(ada, id);
    await bed.arrive();
    await assert.rejects(bed.now.pins.get(ada, id), NotFoundError);
  });

  it('is given up, with the reason, when its board is removed', async () => {
    breakAda();
    const saved = await provisional();
    bed.faulty.healAll();
    await bed.now.boards.remove(ada, board);
    await bed.arrive();
    const job = await bed.now.jobs.get(saved.job);
    assert.deepEqual([job?.state, job?.error], ['failed', 'there is no such board']);
    assert.equal(job?.payload['userId'], ada.userId, 'whose it is to read');
    await assert.rejects(bed.now.pins.get(ada, saved.id), NotFoundError);
  });

  it('is given up when its picture is refused meanwhile', async () => {
    const mediaId = await bed.now.media.add(ada.userId, 'processing');
    breakAda();
    const saved = await bed.now.pins.create(ada, { boardId: board, mediaId });
    assert.ok(saved.job);
    bed.faulty.healAll();
    await bed.now.media.become(mediaId, 'refused');
    await bed.arrive();
    assert.equal((await bed.now.jobs.get(saved.job))?.state, 'failed');
  });

  it('outlives the pin that it was saved from', async () => {
    breakAda();
    const saved = await provisional();
    await bed.now.pins.remove(bob, source.id);
    await heal();
    assert.equal((await bed.now.pins.get(bob, saved.id)).id, saved.id);
    assert.equal((await bed.now.pins.data([saved.id])).get(saved.id)?.savedFrom, null);
  });

  it('may be saved on by its saver', async () => {
    breakAda();
    const { id } = await provisional();
    const again = await bed.now.pins.save(ada, id, board);
    await heal();
    assert.equal((await bed.now.pins.data([again.id])).get(again.id)?.savedFrom, source.id);
  });

  it('is one of a picture when it is to be, however many ask at once', async () => {
    const mediaId = await bed.now.media.add(ada.userId);
    breakAda();
    const asked = await Promise.allSettled(
      Array.from({ length: 8 }, () => bed.now.pins.create(ada, { boardId: board, mediaId }, { once: true })),
    );
    const kept = asked.filter(({ status }) => status === 'fulfilled');
    assert.equal(kept.length, 1);
    await assert.rejects(
      bed.now.pins.create(ada, { boardId: board, mediaId }, { once: true }),
      ConflictError,
    );
    await heal();
    assert.equal((await bed.now.pins.byBoard(stranger, board, {})).items.length, 1);
  });

  it('is refused when its board is not known and cannot be read', async () => {
    await bed.reborn();
    breakAda('dark');
    await assert.rejects(save(), UnavailableError);
    await heal();
    assert.equal((await bed.now.pins.byBoard(stranger, board, {})).items.length, 0);
  });

  it('needs nothing of a shard whose people and boards are known', async () => {
    await save();
    breakAda('dark');
    await provisional();
  });
});
