import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Person, stranger, system } from '#kernel/actor';
import * as errors from '#kernel/errors';
import { encodeId, type Id, objectTypes } from '#kernel/ids';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';
import type { BoardView } from './contract.ts';

describe('boards', () => {
  let bed: LibraryBed;
  let ada: Person;
  let bob: Person;
  beforeEach(async () => {
    bed = await openLibraryBed();
    ada = await bed.person('ada');
    bob = await bed.person('bob');
  });
  afterEach(async () => {
    await bed[Symbol.asyncDispose]();
  });
  const pinTo = async (owner: Person, boardId: Id, mediaId?: Id) => {
    bed.clock.advance(1);
    const picture = mediaId ?? (await bed.media.add(owner.userId));
    return bed.pins.create(owner, { boardId, mediaId: picture });
  };
  const secretBoard = () => bed.boards.create(ada, { name: 'Secret', secret: true });
  const ids = (boards: readonly BoardView[]) => boards.map(({ id }) => id);

  it('are made, changed and shown with their words cleaned', async () => {
    const made = await bed.boards.create(ada, { name: ' Pies\u202e & tarts\n', description: 'a\r\nb\u0000' });
    assert.deepEqual(
      [made.name, made.description, made.secret, made.mine],
      ['Pies & tarts', 'a\nb', false, true],
    );
    assert.equal(made.owner.name, 'ada');
    const changed = await bed.boards.update(ada, made.id, { name: '馅饼 🥧' });
    assert.deepEqual([changed.name, changed.description], ['馅饼 🥧', 'a\nb']);
    assert.deepEqual(await bed.boards.get(stranger, made.id), { ...changed, mine: false, role: 'none' });
  });

  it('refuse names without anything to see, and what breaks the limits', async () => {
    for (const name of ['', '  ', '\u0000\u202e', 'x'.repeat(101)]) {
      await assert.rejects(bed.boards.create(ada, { name }), errors.InvalidInputError);
    }
    await assert.rejects(bed.boards.create(stranger, { name: 'One' }), errors.UnauthenticatedError);
    const description = 'x'.repeat(501);
    await assert.rejects(bed.boards.create(ada, { name: 'One', description }), errors.InvalidInputError);
  });

  it('belong to their owner alone, and secret ones exist for nobody else', async () => {
    const { id: open } = await bed.boards.create(ada, { name: 'Open' });
    const { id: secret } = await secretBoard();
    const missing = encodeId({ shard: 1, type: objectTypes.board, local: 9999 });
    for (const viewer of [bob, stranger]) {
      const attempts = (id: Id) => [
        bed.boards.get(viewer, id),
        bed.boards.update(viewer, id, { name: 'Mine' }),
        bed.boards.remove(viewer, id),
        bed.boards.requireWritable(bob, id),
        bed.pins.byBoard(viewer, id, {}),
        bed.follows.follow(bob, id),
      ];
      const [hidden, unknown] = await Promise.all([
        Promise.all(attempts(secret).map((attempt) => attempt.catch(String))),
        Promise.all(attempts(missing).map((attempt) => attempt.catch(String))),
      ]);
      assert.deepEqual(hidden, unknown);
      for (const answer of hidden) assert.match(String(answer), /NotFoundError/);
      const refusal = viewer === bob ? errors.ForbiddenError : errors.UnauthenticatedError;
      await assert.rejects(bed.boards.update(viewer, open, { name: 'Mine' }), refusal);
      await assert.rejects(bed.boards.remove(viewer, open), refusal);
      assert.deepEqual(ids(await bed.boards.getMany(viewer, [secret, open])), [open]);
      assert.deepEqual(ids((await bed.boards.byOwner(viewer, ada.userId, {})).items), [open]);
      assert.deepEqual(await bed.boards.audiences(viewer), ['public']);
    }
    assert.deepEqual(await bed.boards.audiences(ada), ['public', `board:${secret}`]);
    assert.equal((await bed.boards.get(system, secret)).id, secret);
    assert.equal((await bed.boards.get(ada, open)).name, 'Open');
  });

  it('refuse ids of other types', async () => {
    const wrong = ada.userId;
    await assert.rejects(bed.boards.get(ada, wrong), errors.InvalidInputError);
    await assert.rejects(bed.boards.update(ada, wrong, { name: 'x' }), errors.InvalidInputError);
    await assert.rejects(bed.boards.remove(ada, '1 or 1=1' as Id), errors.InvalidInputError);
    await assert.rejects(bed.boards.requireWritable(ada, wrong), errors.InvalidInputError);
    const outside = encodeId({ shard: 65_535, type: objectTypes.board, local: 1 });
    await assert.rejects(bed.boards.get(ada, outside), errors.NotFoundError);
    assert.deepEqual(await bed.boards.getMany(ada, [wrong]), []);
  });

  it('are listed last used first, in pages that tell nothing of secret ones', async () => {
    const made: Id[] = [];
    for (let at = 0; at < 6; at += 1) {
      bed.clock.advance(1);
      made.push((await bed.boards.create(ada, { name: `Board ${at}`, secret: at % 2 === 1 })).id);
    }
    const [first = ada.userId] = made;
    await pinTo(ada, first);
    const all = await bed.boards.byOwner(ada, ada.userId, {});
    assert.deepEqual(ids(all.items), [first, ...made.slice(1).reverse()]);
    const open = [first, made[4], made[2]];
    const page = await bed.boards.byOwner(bob, ada.userId, { limit: 2 });
    assert.deepEqual(ids(page.items), open.slice(0, 2));
    const rest = await bed.boards.byOwner(bob, ada.userId, { limit: 2, cursor: page.cursor ?? '' });
    assert.deepEqual([ids(rest.items), rest.cursor], [open.slice(2), null]);
    await assert.rejects(bed.boards.byOwner(bob, ada.userId, { cursor: 'x' }), errors.InvalidInputError);
    await assert.rejects(bed.boards.byOwner(bob, ada.userId, { limit: 1000 }), errors.InvalidInputError);
  });

  it('show their newest ready pictures, each once, and how many pins they have', async () => {
    const { id } = await bed.boards.create(ada, { name: 'One' });
    const [old, shown, again, newest] = [
      await bed.media.add(ada.userId),
      await bed.media.add(ada.userId),
      await bed.media.add(ada.userId),
      await bed.media.add(ada.userId),
    ];
    const unready = await bed.media.add(ada.userId, 'processing');
    for (const mediaId of [old, shown, again, again, newest, unready]) await pinTo(ada, id, mediaId);
    await bed.settle();
    const signatures = await Promise.all(
      [newest, again, shown].map(async (m) => (await bed.store.get(system, m)).data['signature']),
    );
    for (const viewer of [ada, bob, stranger]) {
      const board = await bed.boards.get(viewer, id);
      assert.deepEqual(
        board.covers.map(({ signature }) => signature),
        signatures,
      );
      assert.equal(board.pinCount, 6);
      assert.equal(board.updatedAt, bed.clock.now());
    }
  });

  describe('of a name', () => {
    it('are made once, however many ask at once, in any case of letters', async () => {
      const names = ['Pies', 'pies', 'PIES', ' Pies ', 'pies', 'Pies'];
      const found = await Promise.all(names.map((name) => bed.boards.ensure(ada, name)));
      assert.equal(new Set(found).size, 1);
      assert.equal((await bed.boards.byOwner(ada, ada.userId, {})).items.length, 1);
      assert.notEqual(await bed.boards.ensure(bob, 'Pies'), found[0]);
    });

    it('are found however they were made', async () => {
      const made = await bed.boards.create(ada, { name: 'Pies' });
      assert.equal(await bed.boards.ensure(ada, 'pies'), made.id);
    });

    it('are made again after the first was renamed or removed', async () => {
      const first = await bed.boards.ensure(ada, 'Pies');
      await bed.boards.update(ada, first, { name: 'Tarts' });
      const second = await bed.boards.ensure(ada, 'Pies');
      assert.notEqual(second, first);
      assert.equal(await bed.boards.ensure(ada, 'tarts'), first);
      await bed.boards.remove(ada, second);
      const third = await bed.boards.ensure(ada, 'Pies');
      assert.ok(third !== second && third !== first);
      await bed.settle();
      assert.equal((await bed.boards.get(ada, third)).name, 'Pies');
    });

    it('are made under a claim that was left by one who was cut short', async () => {
      const [lost] = await bed.store.allocate(system, Number(BigInt(ada.userId) >> 46n), 'board', 1);
      assert.ok(lost);
      await bed.store.claim(system, 'board-name', `${ada.userId}/pies`, lost);
      assert.equal(await bed.boards.ensure(ada, 'Pies'), lost);
      assert.equal((await bed.boards.get(ada, lost)).name, 'Pies');
    });
  });

  describe('that turn secret', () => {
    it('hide their pins at once, and every copy follows', async () => {
      const { id } = await bed.boards.create(ada, { name: 'One' });
      const pins = [await pinTo(ada, id), await pinTo(ada, id), await pinTo(ada, id)];
      await bed.settle();
      await bed.boards.update(ada, id, { secret: true });
      for (const pin of pins) await assert.rejects(bed.pins.get(bob, pin.id), errors.NotFoundError);
      await bed.settle();
      const data = await bed.pins.data(pins.map((pin) => pin.id));
      assert.deepEqual(
        [...data.values()].map(({ secret }) => secret),
        [true, true, true],
      );
      assert.deepEqual(await bed.pins.counts(bob, ada.userId), {
        boards: 0,
        pins: 0,
        followers: 0,
        following: 0,
      });
      assert.deepEqual(await bed.pins.counts(ada, ada.userId), {
        boards: 1,
        pins: 3,
        followers: 0,
        following: 0,
      });
      await bed.boards.update(ada, id, { secret: false });
      assert.equal((await bed.pins.byBoard(stranger, id, {})).items.length, 3);
      await bed.settle();
      assert.deepEqual(await bed.pins.counts(bob, ada.userId), {
        boards: 1,
        pins: 3,
        followers: 0,
        following: 0,
      });
    });

    it('and back, again and again, while pins come, leave no pin behind', async () => {
      const { id } = await bed.boards.create(ada, { name: 'One' });
      const flips = async () => {
        for (let at = 0; at < 9; at += 1) {
          await bed.boards.update(ada, id, { secret: at % 2 === 0 });
          await bed.pins.reconcileBoard(id);
        }
      };
      const saves = async () => {
        for (let at = 0; at < 12; at += 1) await pinTo(ada, id);
      };
      await Promise.all([flips(), saves(), saves()]);
      await bed.settle();
      const { items } = await bed.pins.byBoard(ada, id, { limit: 100 });
      const data = await bed.pins.data(items.map((pin) => pin.id));
      assert.equal(data.size, 24);
      for (const pin of data.values()) assert.equal(pin.secret, true);
      assert.deepEqual((await bed.pins.counts(stranger, ada.userId)).pins, 0);
    });

    it('find their pins by the job for later when the one for now was never stored', async () => {
      const { id } = await bed.boards.create(ada, { name: 'One' });
      const pin = await pinTo(ada, id);
      await bed.boards.update(ada, id, { secret: true });
      const waiting = await bed.jobs.list('pending', 10);
      const later = waiting.filter(({ runAfter }) => runAfter > bed.clock.now());
      assert.deepEqual(
        later.map(({ name }) => name),
        ['board-visibility'],
      );
      const [handler] = bed.boards.handlers(bed.pins);
      const [job] = later;
      assert.ok(handler && job);
      const context = { job, signal: new AbortController().signal, checkpoint: async () => undefined };
      assert.deepEqual(await handler.run(job.payload, context), { changed: 1 });
      assert.deepEqual(await handler.run(job.payload, context), { changed: 0 });
      assert.equal((await bed.pins.data([pin.id])).get(pin.id)?.secret, true);
    });
  });

  describe('that are removed', () => {
    it('are gone at once with their pins, from all lists and counts in the end', async () => {
      const { id } = await bed.boards.create(ada, { name: 'One' });
      const pins: Id[] = [];
      for (let at = 0; at < 5; at += 1) pins.push((await pinTo(ada, id)).id);
      await bed.settle();
      await bed.boards.remove(ada, id);
      for (const pin of pins) await assert.rejects(bed.pins.get(ada, pin), errors.NotFoundError);
      await assert.rejects(bed.boards.get(ada, id), errors.NotFoundError);
      await assert.rejects(bed.boards.remove(ada, id), errors.NotFoundError);
      await bed.settle();
      assert.equal((await bed.pins.data(pins)).size, 0);
      assert.deepEqual(await bed.pins.recentIds(ada.userId, 10), []);
      assert.equal((await bed.counters.top('', 100)).filter(({ value }) => value !== 0).length, 0);
      const removed = (await bed.changes())
        .filter(({ type }) => type === 'pin.removed')
        .map((change) => change.id);
      assert.deepEqual(new Set(removed), new Set(pins));
    });

    it('take along pins that are saved at the same moment', async () => {
      const { id } = await bed.boards.create(ada, { name: 'One' });
      const media = await Promise.all(Array.from({ length: 12 }, () => bed.media.add(ada.userId)));
      const saves = media.map((mediaId) =>
        bed.pins.create(ada, { boardId: id, mediaId }).catch((error) => error),
      );
      const [, ...answers] = await Promise.all([bed.boards.remove(ada, id), ...saves]);
      for (const answer of answers) {
        if (answer instanceof Error) assert.ok(answer instanceof errors.NotFoundError, String(answer));
      }
      await bed.settle();
      assert.deepEqual(await bed.pins.recentIds(ada.userId, 100), []);
      assert.deepEqual((await bed.boards.byOwner(ada, ada.userId, {})).items, []);
      assert.deepEqual(await bed.pins.counts(ada, ada.userId), {
        boards: 0,
        pins: 0,
        followers: 0,
        following: 0,
      });
      assert.equal((await bed.counters.top('', 100)).filter(({ value }) => value !== 0).length, 0);
    });
  });
});
