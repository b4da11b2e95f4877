import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Actor, type Person, stranger } from '#kernel/actor';
import { InvalidInputError, NotFoundError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { PinView } from '#services/pins/contract';
import { type FindingBed, look, lookBytes, openFindingBed } from '../../../test/support/finding-bed.ts';
import type { FoundPin } from './contract.ts';

describe('search', () => {
  let bed: FindingBed;
  let ada: Person;
  let bob: Person;
  let open: Id;
  let secret: Id;
  beforeEach(async () => {
    bed = await openFindingBed();
    [ada, bob] = [await bed.person('ada'), await bed.person('bob')];
    open = (await bed.boards.create(ada, { name: 'Kitchen' })).id;
    secret = (await bed.boards.create(ada, { name: 'Wedding plans', secret: true })).id;
  });
  afterEach(() => bed[Symbol.asyncDispose]());

  const ids = (pins: readonly Pick<PinView, 'id'>[]): Id[] => pins.map(({ id }) => id);
  const found = (pins: readonly FoundPin[]): Id[] => ids(pins.map(({ pin }) => pin));
  const pin = async (title: string, board = open, axis = 0, tilt = 0): Promise<Id> =>
    (await bed.pin(ada, board, look(axis, tilt), { title })).id;
  const search = async (words: string, viewer: Actor = stranger): Promise<Id[]> =>
    ids((await bed.search.words(viewer, words, {})).pins);

  describe('by words', () => {
    it('finds pins by all their words, by their board, by their owner, by who is credited', async () => {
      const { id } = await bed.pin(ada, open, look(0), {
        title: 'Apple pies',
        description: 'Baked with cinnamon',
        altText: 'Three golden rounds',
        tags: ['dessert'],
        credit: { author: 'Julia', source: null, licence: 'CC0' },
      });
      await pin('Pear cake', open, 1);
      await bed.index();
      for (const words of ['pie', 'cinnamon', 'golden', 'dessert', 'apple kitchen', 'apple ada', 'julia']) {
        assert.deepEqual((await search(words)).slice(0, 1), [id], words);
      }
      assert.equal((await search('kitchen')).length, 2);
    });

    it('finds boards and people on the first page', async () => {
      await bed.index();
      const answer = await bed.search.words(bob, 'kitchen', {});
      assert.deepEqual(
        answer.boards.map(({ id }) => id),
        [open],
      );
      assert.deepEqual(
        (await bed.search.words(bob, 'ada', {})).people.map(({ name }) => name),
        ['ada'],
      );
    });

    it('mends a typo and says so', async () => {
      const id = await pin('Chocolate tart');
      await bed.index();
      const { pins, corrected } = await bed.search.words(stranger, 'choclate', {});
      assert.deepEqual([ids(pins), corrected], [[id], 'chocolate']);
    });

    it('finds what half of the words say where nothing has them all, those with more words first', async () => {
      const both = await pin('Strawberry chocolate', open, 0);
      const one = await pin('Chocolate tart', open, 1);
      await pin('Garden', open, 2);
      await bed.index();
      assert.deepEqual(await search('strawberry chocolate fountain'), [both]);
      assert.deepEqual(await search('chocolate fountain'), [both, one].reverse());
      assert.deepEqual(await search('fountain'), []);
    });

    it('goes through pages without repeating a pin or a picture, whatever comes in meanwhile', async () => {
      const made: Id[] = [];
      for (let i = 0; i < 30; i++) made.push(await pin(`Rose ${i}`, open, i, 0.1));
      const copy = await bed.pins.save(
        bob,
        made[0] ?? open,
        (await bed.boards.create(bob, { name: 'B' })).id,
      );
      await bed.index();
      const seen: Id[] = [];
      let cursor: string | undefined;
      do {
        const page = await bed.search.words(bob, 'rose', { limit: 7, cursor });
        assert.equal(page.boards.length + page.people.length, 0);
        seen.push(...ids(page.pins));
        if (cursor === undefined) {
          await pin('Rose rose rose', open, 31);
          await bed.index();
        }
        cursor = page.cursor ?? undefined;
      } while (cursor !== undefined);
      assert.equal(new Set(seen).size, seen.length);
      assert.equal(seen.length, 30);
      assert.equal(seen.filter((id) => id === made[0] || id === copy.id).length, 1);
      assert.equal((await search('rose', bob)).length, 25);
    });

    it('continues where it was when the list of a scroll was forgotten', async () => {
      for (let i = 0; i < 12; i++) await pin(`Rose ${i}`, open, i);
      await bed.index();
      const first = await bed.search.words(bob, 'rose', { limit: 5 });
      bed.clock.advance(60 * 60 * 1000);
      const second = await bed.search.words(bob, 'rose', { limit: 10, cursor: first.cursor ?? undefined });
      assert.equal(new Set([...ids(first.pins), ...ids(second.pins)]).size, 12);
      assert.equal(second.cursor, null);
    });

    it('refuses cursors of other words, limits and words out of bounds', async () => {
      for (let i = 0; i < 3; i++) await pin(`Rose ${i}`, open, i);
      await bed.index();
      const { cursor } = await bed.search.words(stranger, 'rose', { limit: 1 });
      assert.ok(cursor);
      await assert.rejects(bed.search.words(stranger, 'tulip', { cursor }), InvalidInputError);
      await assert.rejects(bed.search.words(stranger, 'rose', { limit: 0 }), InvalidInputError);
      await assert.rejects(bed.search.pins(stranger, 'rose', 0), InvalidInputError);
      for (const words of ['', '  ', 'x'.repeat(201)]) {
        await assert.rejects(bed.search.words(stranger, words, {}), InvalidInputError);
      }
    });

    it('puts a pin that is saved more before its equals, and a fresh one before an old one', async () => {
      const [old, saved] = [await pin('Rose', open, 0), await pin('Rose', open, 1)];
      const board = await bed.boards.create(bob, { name: 'Flowers' });
      await bed.pins.save(bob, saved, board.id);
      bed.clock.advance(90 * 24 * 60 * 60 * 1000);
      const fresh = await pin('Rose', open, 2);
      await bed.deliver();
      await bed.index();
      const order = await search('rose');
      assert.ok(order.indexOf(fresh) < order.indexOf(old));
      assert.ok(order.indexOf(saved) < order.indexOf(old) || order.every((id) => id !== saved));
      const scores = (await bed.search.pins(stranger, 'rose', 10)).map(({ score }) => score);
      assert.deepEqual(
        scores,
        scores.toSorted((a, b) => b - a),
      );
    });
  });

  describe('secrecy', () => {
    it('keeps pins, boards and words of secret boards from everybody but their owner', async () => {
      const hidden = await pin('Zeppelin', secret);
      await bed.index();
      for (const viewer of [bob, stranger]) {
        for (const words of ['zeppelin', 'zepelin', 'zep', 'wedding']) {
          const answer = await bed.search.words(viewer, words, {});
          assert.deepEqual([answer.pins, answer.boards, answer.corrected], [[], [], null], words);
        }
        assert.deepEqual(await bed.search.suggest(viewer, 'ze', 10), []);
        assert.deepEqual(await bed.search.suggest(viewer, 'wed', 10), []);
        assert.deepEqual(await bed.search.picture(viewer, { bytes: lookBytes(look(0)) }, 10), []);
      }
      assert.deepEqual(await search('zepelin', ada), [hidden]);
      assert.equal((await bed.search.words(ada, 'wedding', {})).boards.length, 1);
      assert.deepEqual(found(await bed.search.picture(ada, { bytes: lookBytes(look(0)) }, 10)), [hidden]);
      assert.equal((await bed.search.suggest(ada, 'zep', 10))[0]?.text, 'zeppelin');
    });

    it('takes effect when a board is closed or opened, its pins included', async () => {
      const id = await pin('Zeppelin');
      await bed.index();
      assert.deepEqual(await search('zeppelin', bob), [id]);
      await bed.boards.update(ada, open, { secret: true });
      assert.deepEqual(await search('zeppelin', bob), []);
      assert.deepEqual(await bed.search.suggest(bob, 'zep', 10), [], 'before the index has followed');
      assert.equal((await bed.search.suggest(ada, 'zep', 10))[0]?.text, 'zeppelin');
      await bed.index();
      assert.deepEqual([await search('zepelin', bob), await search('zeppelin', ada)], [[], [id]]);
      assert.deepEqual(await bed.search.suggest(bob, 'zep', 10), []);
      await bed.boards.update(ada, open, { secret: false });
      await bed.index();
      assert.deepEqual(await search('zeppelin', bob), [id]);
    });

    it('hides a pin from a scroll that began before it was hidden', async () => {
      const made: Id[] = [];
      for (let i = 0; i < 6; i++) made.push(await pin(`Rose ${i}`, open, i));
      await bed.index();
      const first = await bed.search.words(bob, 'rose', { limit: 2 });
      await bed.boards.update(ada, open, { secret: true });
      const rest = await bed.search.words(bob, 'rose', { limit: 9, cursor: first.cursor ?? undefined });
      assert.deepEqual([rest.pins, rest.cursor], [[], null]);
    });
  });

  describe('the consumer of words', () => {
    it('follows names of boards and people into the words of their pins', async () => {
      const id = await pin('Tart');
      await bed.index();
      await bed.boards.update(ada, open, { name: 'Patisserie' });
      await bed.accounts.updateProfile(ada, { displayName: 'Countess Lovelace' });
      await bed.index();
      assert.deepEqual(await search('patisserie'), [id]);
      assert.deepEqual(await search('kitchen'), []);
      assert.deepEqual(await search('tart countess'), [id]);
    });

    it('forgets removed pins, and those of removed boards', async () => {
      const [gone, other] = [await pin('Tart', open, 0), await pin('Tart', open, 1)];
      await bed.index();
      await bed.pins.remove(ada, gone);
      await bed.index();
      assert.deepEqual(await search('tart'), [other]);
      await bed.boards.remove(ada, open);
      await bed.settle();
      await bed.index();
      assert.deepEqual(await bed.search.suggest(ada, 'tar', 5), []);
      assert.equal(await bed.textIndex.size(), 3);
    });

    it('gives the same after a rebuild as after following every change', async () => {
      const words = ['Apple pie', 'Apple tart', 'Pear tart', 'Quince'];
      for (const [i, title] of words.entries()) await pin(title, i % 2 ? secret : open, i);
      const gone = await pin('Apple gone', open, 9);
      await bed.index();
      await bed.pins.remove(ada, gone);
      await bed.boards.update(ada, secret, { secret: false, name: 'Opened' });
      await bed.index();
      const all = async () => {
        const answers = ['apple', 'tart', 'opened', 'ap'].map((text) => bed.search.pins(bob, text, 20));
        return (await Promise.all(answers)).map((answer) =>
          answer.map(({ pin: { id }, score }) => [id, score]),
        );
      };
      const followed = [await all(), await bed.search.suggest(bob, 'a', 10), await bed.textIndex.size()];
      await bed.words.reset();
      assert.deepEqual(await search('apple'), []);
      for (const change of await bed.changes()) await bed.words.apply([change]);
      assert.deepEqual(
        [await all(), await bed.search.suggest(bob, 'a', 10), await bed.textIndex.size()],
        followed,
      );
    });
  });

  describe('suggestions', () => {
    it('come with the picture of their best pin, if the viewer sees any', async () => {
      const { picture } = await bed.pin(ada, open, look(0), { title: 'Apple pie' });
      await bed.index();
      const suggestions = await bed.search.suggest(stranger, 'app', 5);
      assert.deepEqual(suggestions, [
        { text: 'apple', signature: picture.signature },
        { text: 'apple pie', signature: picture.signature },
      ]);
      assert.deepEqual(await bed.search.suggest(stranger, 'kitch', 5), [
        { text: 'kitchen', signature: picture.signature },
      ]);
    });
  });

  describe('by picture', () => {
    it('finds the picture itself first, each picture once', async () => {
      const [rose, rosy] = [await pin('Rose', open, 0), await pin('Rosy', open, 0, 0.4)];
      await bed.pins.save(bob, rose, (await bed.boards.create(bob, { name: 'B' })).id);
      await pin('Tulip', open, 5);
      await bed.index();
      const answer = await bed.search.picture(bob, { bytes: lookBytes(look(0)) }, 2);
      assert.deepEqual(found(answer), [rose, rosy]);
      assert.ok((answer[0]?.score ?? 0) > 0.99 && (answer[1]?.score ?? 1) < 0.99);
    });

    it('finds what looks like a pin or a part of it, without its own picture, in pages', async () => {
      const rose = await pin('Rose', open, 0);
      const others: Id[] = [];
      for (let i = 1; i < 9; i++) others.push(await pin('Like it', open, 0, i / 10));
      await bed.index();
      assert.deepEqual(found(await bed.search.picture(bob, { pinId: rose }, 3)), others.slice(0, 3));
      const crop = { x: 0, y: 0, width: 0.5, height: 0.5 };
      const first = await bed.search.picturePage(bob, { pinId: rose, crop }, { limit: 5 });
      const cursor = first.cursor ?? undefined;
      const second = await bed.search.picturePage(bob, { pinId: rose, crop }, { limit: 5, cursor });
      assert.deepEqual([...ids(first.items), ...ids(second.items)], others);
      assert.equal(second.cursor, null);
      await assert.rejects(bed.search.picturePage(bob, { pinId: rose }, { cursor }), InvalidInputError);
    });

    it('does not know pins that the viewer may not see', async () => {
      const hidden = await pin('Rose', secret);
      await bed.index();
      await assert.rejects(bed.search.picture(bob, { pinId: hidden }, 3), NotFoundError);
      await assert.rejects(bed.search.picturePage(stranger, { pinId: hidden }, {}), NotFoundError);
    });
  });

  it('adds what looks like the few pins that words found, behind them, in a library with a projection', async () => {
    const rose = await pin('Rose', open, 0, 0.2);
    const hidden = await pin('Nothing said', secret, 0, 0.21);
    const alike = await pin('Nothing said', open, 0, 0.22);
    for (let i = 0; i < 260; i++) await pin('Filler', open, 1 + (i % 11), 0.3 + (i % 13) / 30);
    await bed.index();
    assert.deepEqual(await search('rose'), [rose]);
    assert.equal(await bed.vision.refit(), true);
    const answer = await bed.search.pins(bob, 'rose', 50);
    assert.deepEqual(found(answer).slice(0, 2), [rose, alike]);
    assert.ok(!found(answer).includes(hidden));
    assert.ok((answer[1]?.score ?? 1) <= 0.2 && (answer[0]?.score ?? 0) > 0.4);
  });
});
