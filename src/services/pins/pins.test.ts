import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Actor, type Person, stranger, system } from '#kernel/actor';
import * as errors from '#kernel/errors';
import { encodeId, type Id, objectTypes } from '#kernel/ids';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';
import type { NewPin, PinView } from './contract.ts';

describe('pins', () => {
  let bed: LibraryBed;
  let ada: Person;
  let bob: Person;
  let open: Id;
  let secret: Id;
  beforeEach(async () => {
    bed = await openLibraryBed();
    ada = await bed.person('ada');
    bob = await bed.person('bob');
    open = (await bed.boards.create(ada, { name: 'Open' })).id;
    secret = (await bed.boards.create(ada, { name: 'Secret', secret: true })).id;
  });
  afterEach(async () => {
    await bed[Symbol.asyncDispose]();
  });
  const pinTo = async (boardId: Id, words: Partial<NewPin> = {}, owner = ada): Promise<PinView> => {
    bed.clock.advance(1);
    return bed.pins.create(owner, { boardId, mediaId: await bed.media.add(owner.userId), ...words });
  };
  const mediaOf = async (pinId: Id): Promise<Id> => {
    const mediaId = (await bed.pins.data([pinId])).get(pinId)?.mediaId;
    assert.ok(mediaId);
    return mediaId;
  };
  const ids = (pins: readonly PinView[]) => pins.map(({ id }) => id);
  const leads = async (viewer: Actor, media: readonly Id[]): Promise<Id[]> =>
    (await bed.pins.ofMedia(viewer, media)).map(({ pinId }) => pinId);

  describe('made', () => {
    it('show their words cleaned, their picture, board, owner and credit', async () => {
      const credit = { author: 'A\u0000da', source: 'https://example.org/x', licence: 'CC BY 4.0' };
      const pin = await pinTo(open, {
        title: ' Apple\n pie\u202e ',
        description: 'Bake.\r\nEat.\u0007',
        link: 'https://example.org/pie',
        altText: 'A pie',
        tags: ['pie', ' pie ', 'äpple', '\u0000'],
        credit,
      });
      assert.deepEqual(await bed.pins.get(ada, pin.id), pin);
      assert.deepEqual(
        [pin.title, pin.description, pin.link, pin.altText, pin.tags, pin.saves, pin.mine],
        ['Apple pie', 'Bake.\nEat.', 'https://example.org/pie', 'A pie', ['pie', 'äpple'], 0, true],
      );
      assert.deepEqual(pin.credit, { ...credit, author: 'Ada' });
      assert.deepEqual(pin.board, { id: open, name: 'Open', secret: false });
      assert.equal(pin.owner.name, 'ada');
      assert.deepEqual(await bed.pins.get(stranger, pin.id), { ...pin, mine: false });
    });

    it('refuse links and sources that act, and words over their limits', async () => {
      const bad: Partial<NewPin>[] = [
        { link: 'javascript:alert(1)' },
        { link: 'https://u:p@example.org/' },
        { link: 'https://' },
        { title: 'x'.repeat(201) },
        { tags: Array.from({ length: 51 }, String) },
        { credit: { author: null, source: ' JavaScript:alert(1)', licence: null } },
        { boardId: ada.userId },
        { mediaId: open },
        { boardId: '1; drop table' as Id },
        { boardId: undefined as unknown as Id },
      ];
      for (const words of bad) {
        await assert.rejects(pinTo(open, words), errors.InvalidInputError, JSON.stringify(words));
      }
      assert.deepEqual(await bed.pins.recentIds(ada.userId, 10), []);
    });

    it('need a board of one’s own and a picture that is there', async () => {
      const mediaId = await bed.media.add(bob.userId);
      const nowhere = encodeId({ shard: 65_535, type: objectTypes.board, local: 1 });
      const missing = encodeId({ shard: 1, type: objectTypes.media, local: 999 });
      await assert.rejects(bed.pins.create(bob, { boardId: open, mediaId }), errors.ForbiddenError);
      await assert.rejects(bed.pins.create(bob, { boardId: secret, mediaId }), errors.NotFoundError);
      await assert.rejects(bed.pins.create(bob, { boardId: nowhere, mediaId }), errors.NotFoundError);
      await assert.rejects(
        bed.pins.create(stranger, { boardId: open, mediaId }),
        errors.UnauthenticatedError,
      );
      await assert.rejects(pinTo(open, { mediaId: missing }), errors.NotFoundError);
      await assert.rejects(
        pinTo(open, { mediaId: await bed.media.add(ada.userId, 'refused') }),
        errors.InvalidInputError,
      );
    });

    it('never show a picture that the person could only have guessed', async () => {
      const hidden = await pinTo(secret);
      const shown = await pinTo(open);
      const { id: boardId } = await bed.boards.create(bob, { name: 'Bob’s' });
      const guess = bed.pins.create(bob, { boardId, mediaId: await mediaOf(hidden.id) });
      await assert.rejects(guess, errors.NotFoundError);
      const copy = await bed.pins.create(bob, { boardId, mediaId: await mediaOf(shown.id) });
      assert.equal(copy.picture.signature, shown.picture.signature);
      assert.deepEqual(await leads(bob, [await mediaOf(hidden.id)]), []);
    });

    it('once, are one however many ask at once', async () => {
      const mediaId = await bed.media.add(ada.userId);
      const other = (await bed.boards.create(ada, { name: 'Other' })).id;
      const attempts = Array.from({ length: 10 }, (_, at) =>
        bed.pins.create(ada, { boardId: at % 2 ? open : other, mediaId }, { once: true }),
      );
      const outcomes = await Promise.allSettled(attempts);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') assert.ok(outcome.reason instanceof errors.ConflictError);
      }
      assert.equal((await bed.pins.recentIds(ada.userId, 10)).length, 1);
      assert.equal(
        (await bed.store.range(system, { mapping: 'media_has_pin', from: mediaId, limit: 20 })).length,
        1,
      );
    });

    it('once, can be made again when the picture’s last pin is gone', async () => {
      const mediaId = await bed.media.add(ada.userId);
      const first = await bed.pins.create(ada, { boardId: open, mediaId }, { once: true });
      const second = await bed.pins.create(ada, { boardId: secret, mediaId });
      await bed.pins.remove(ada, first.id);
      await assert.rejects(
        bed.pins.create(ada, { boardId: open, mediaId }, { once: true }),
        errors.ConflictError,
      );
      await bed.pins.remove(ada, second.id);
      assert.ok(await bed.pins.create(ada, { boardId: open, mediaId }, { once: true }));
    });
  });

  describe('of a secret board', () => {
    it('exist for their owner and the system only, whatever is asked', async () => {
      const pin = await pinTo(secret, { title: 'Ring' });
      const mediaId = await mediaOf(pin.id);
      const bobs = (await bed.boards.create(bob, { name: 'Bob’s' })).id;
      const missing = encodeId({ shard: 1, type: objectTypes.pin, local: 9999 });
      await bed.settle();
      for (const viewer of [bob, stranger]) {
        const attempts = (id: Id) => [
          bed.pins.get(viewer, id),
          bed.pins.save(bob, id, bobs),
          bed.pins.update(viewer, id, { title: 'Mine' }),
          bed.pins.update(viewer, id, { boardId: bobs }),
          bed.pins.remove(viewer, id),
        ];
        const asked = (id: Id) => Promise.all(attempts(id).map((attempt) => attempt.catch(String)));
        const hidden = await asked(pin.id);
        assert.deepEqual(hidden, await asked(missing));
        for (const answer of hidden) assert.match(String(answer), /NotFoundError/);
        assert.deepEqual(await bed.pins.hydrate(viewer, [pin.id]), []);
        assert.deepEqual((await bed.pins.hydrateJson(viewer, [pin.id])).texts, []);
        assert.deepEqual(await leads(viewer, [mediaId]), []);
        assert.deepEqual((await bed.pins.byOwner(viewer, ada.userId, {})).items, []);
        assert.equal((await bed.store.getMany(viewer, [pin.id, mediaId])).size, 0);
        assert.equal((await bed.pins.counts(viewer, ada.userId)).pins, 0);
      }
      for (const viewer of [ada, system])
        assert.equal((await bed.store.getMany(viewer, [pin.id, mediaId])).size, 2);
      assert.deepEqual(ids(await bed.pins.hydrate(system, [pin.id])), [pin.id]);
      assert.deepEqual(ids((await bed.pins.byOwner(ada, ada.userId, {})).items), [pin.id]);
      assert.deepEqual(ids((await bed.pins.byBoard(ada, secret, {})).items), [pin.id]);
      assert.deepEqual(await leads(ada, [mediaId]), [pin.id]);
      assert.equal((await bed.pins.counts(ada, ada.userId)).pins, 1);
      assert.deepEqual(await bed.pins.recentOf(secret, 10), []);
      assert.deepEqual(await bed.pins.recentOf(ada.userId, 10), []);
    });

    it('are not counted among a picture’s saves, as long as it is secret', async () => {
      const pin = await pinTo(open);
      await bed.pins.save(ada, pin.id, secret);
      await bed.settle();
      assert.equal((await bed.pins.get(bob, pin.id)).saves, 1);
      await bed.boards.update(ada, secret, { secret: false });
      await bed.settle();
      assert.equal((await bed.pins.get(bob, pin.id)).saves, 2);
    });

    it('become visible by moving to a public one, and hidden by moving back', async () => {
      const pin = await pinTo(secret);
      await bed.pins.update(ada, pin.id, { boardId: open });
      assert.equal((await bed.pins.get(bob, pin.id)).board.name, 'Open');
      await bed.pins.update(ada, pin.id, { boardId: secret });
      await assert.rejects(bed.pins.get(bob, pin.id), errors.NotFoundError);
      await bed.settle();
      assert.deepEqual((await bed.pins.counts(bob, ada.userId)).pins, 0);
      assert.deepEqual(await bed.boards.get(ada, open).then(({ pinCount }) => pinCount), 0);
    });
  });

  it('with a picture that is not ready are their owner’s only', async () => {
    const mediaId = await bed.media.add(ada.userId, 'processing');
    const pin = await bed.pins.create(ada, { boardId: open, mediaId });
    assert.deepEqual(ids(await bed.pins.hydrate(ada, [pin.id])), [pin.id]);
    for (const viewer of [bob, stranger]) assert.deepEqual(await bed.pins.hydrate(viewer, [pin.id]), []);
    await bed.media.become(mediaId, 'ready');
    assert.deepEqual(ids(await bed.pins.hydrate(stranger, [pin.id])), [pin.id]);
  });

  it('are left out of a list when their ids are of other types, unknown, or of shards that are not there', async () => {
    const pin = await pinTo(open);
    const forged = [
      ada.userId,
      open,
      await mediaOf(pin.id),
      encodeId({ shard: 65_535, type: objectTypes.pin, local: 1 }),
      encodeId({ shard: 1, type: 999, local: 1 }),
      encodeId({ shard: 1, type: objectTypes.pin, local: 77 }),
    ];
    assert.deepEqual(ids(await bed.pins.hydrate(ada, [...forged, pin.id])), [pin.id]);
    for (const id of forged.slice(0, 3))
      await assert.rejects(bed.pins.get(ada, id), errors.InvalidInputError);
    await assert.rejects(bed.pins.byBoard(ada, ada.userId, {}), errors.InvalidInputError);
    await assert.rejects(bed.pins.byOwner(ada, open, {}), errors.InvalidInputError);
  });

  it('of one picture are shown once when distinct', async () => {
    const first = await pinTo(open);
    const second = await bed.pins.create(ada, { boardId: open, mediaId: await mediaOf(first.id) });
    const third = await pinTo(open);
    const all = [third.id, second.id, first.id, second.id];
    assert.deepEqual(ids(await bed.pins.hydrate(bob, all)), all);
    assert.deepEqual(ids(await bed.pins.hydrate(bob, all, { distinct: true })), [third.id, second.id]);
    const { texts } = await bed.pins.hydrateJson(bob, all, { distinct: true });
    assert.equal(texts.length, 2);
  });

  it('are saved with words and credit, and count as saves', async () => {
    const credit = { author: 'Ada', source: null, licence: 'CC0' };
    const pin = await pinTo(open, { title: 'Pie', tags: ['a'], link: 'https://example.org/', credit });
    const bobs = (await bed.boards.create(bob, { name: 'Bob’s' })).id;
    const saved = await bed.pins.save(bob, pin.id, bobs);
    const { id: _id, board: _board, owner: _owner, createdAt: _at, ...same } = pin;
    const { id, board, owner, createdAt: _savedAt, ...copy } = saved;
    assert.deepEqual(copy, same);
    assert.deepEqual([board.id, owner.name], [bobs, 'bob']);
    assert.equal((await bed.pins.data([id])).get(id)?.savedFrom, pin.id);
    await bed.settle();
    assert.equal((await bed.pins.get(stranger, pin.id)).saves, 2);
    await assert.rejects(bed.pins.save(bob, pin.id, open), errors.ForbiddenError);
    await assert.rejects(bed.pins.save(stranger, pin.id, bobs), errors.UnauthenticatedError);
    await bed.pins.remove(ada, pin.id);
    assert.equal((await bed.pins.get(stranger, id)).title, 'Pie');
  });

  it('are changed and removed by their owner only', async () => {
    const pin = await pinTo(open, { title: 'Old', description: 'Kept' });
    await assert.rejects(bed.pins.update(bob, pin.id, { title: 'New' }), errors.ForbiddenError);
    await assert.rejects(bed.pins.remove(bob, pin.id), errors.ForbiddenError);
    await assert.rejects(bed.pins.remove(stranger, pin.id), errors.UnauthenticatedError);
    const changed = await bed.pins.update(ada, pin.id, { title: 'New', link: null });
    assert.deepEqual([changed.title, changed.description], ['New', 'Kept']);
    const bobs = (await bed.boards.create(bob, { name: 'Bob’s' })).id;
    await assert.rejects(bed.pins.update(ada, pin.id, { boardId: bobs }), errors.ForbiddenError);
    await bed.pins.remove(ada, pin.id);
    await assert.rejects(bed.pins.remove(ada, pin.id), errors.NotFoundError);
    await assert.rejects(bed.pins.get(ada, pin.id), errors.NotFoundError);
  });

  it('lose no change when many are made at once, and tell each with what was before', async () => {
    const pin = await pinTo(open, { title: '0' });
    const changes = [{ title: '1' }, { description: '2' }, { altText: '3' }, { tags: ['4'] }];
    await Promise.all(changes.map((patch) => bed.pins.update(ada, pin.id, patch)));
    const { title, description, altText, tags } = await bed.pins.get(ada, pin.id);
    assert.deepEqual([title, description, altText, tags], ['1', '2', '3', ['4']]);
    const events = (await bed.changes()).filter(({ id }) => id === pin.id);
    assert.deepEqual(
      events.map(({ version }) => version),
      [1, 2, 3, 4, 5],
    );
    for (const [at, event] of events.entries()) assert.deepEqual(event.before, events[at - 1]?.body ?? null);
  });

  it('removed at once by many, are removed and counted once', async () => {
    const pin = await pinTo(open);
    await bed.settle();
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => bed.pins.remove(ada, pin.id)));
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    await bed.settle();
    assert.equal((await bed.counters.top('', 50)).filter(({ value }) => value < 0).length, 0);
    assert.equal((await bed.counters.getMany([`board-pins:${open}`])).get(`board-pins:${open}`), 0);
  });

  describe('in lists', () => {
    it('come in pages, newest first, each once, for oneself and for others', async () => {
      const shown: Id[] = [];
      const all: Id[] = [];
      const another = (await bed.boards.create(ada, { name: 'Another' })).id;
      for (let at = 0; at < 30; at += 1) {
        const boardId = [open, secret, another][at % 3] ?? open;
        const pin = await pinTo(boardId);
        all.unshift(pin.id);
        if (boardId !== secret) shown.unshift(pin.id);
      }
      const pages = async (viewer: Actor, limit: number) => {
        const seen: Id[] = [];
        let cursor: string | null = null;
        do {
          const page: Awaited<ReturnType<typeof bed.pins.byOwner>> = await bed.pins.byOwner(
            viewer,
            ada.userId,
            {
              limit,
              ...(cursor !== null && { cursor }),
            },
          );
          assert.ok(page.items.length === limit || page.cursor === null);
          seen.push(...ids(page.items));
          cursor = page.cursor;
        } while (cursor !== null);
        return seen;
      };
      assert.deepEqual(await pages(ada, 7), all);
      assert.deepEqual(await pages(ada, 10), all);
      assert.deepEqual(await pages(bob, 7), shown);
      assert.deepEqual(await pages(stranger, 100), shown);
      assert.deepEqual(await bed.pins.recentIds(ada.userId, 5), all.slice(0, 5));
      assert.deepEqual(
        (await bed.pins.recentOf(ada.userId, 5)).map(({ id }) => id),
        shown.slice(0, 5),
      );
      await assert.rejects(bed.pins.byOwner(bob, ada.userId, { cursor: 'e30' }), errors.InvalidInputError);
    });

    it('fill pages past pins that cannot be shown yet', async () => {
      const wanted: Id[] = [];
      for (let at = 0; at < 12; at += 1) {
        const mediaId = await bed.media.add(ada.userId, at % 3 === 0 ? 'ready' : 'processing');
        const pin = await pinTo(open, { mediaId });
        if (at % 3 === 0) wanted.unshift(pin.id);
      }
      const page = await bed.pins.byBoard(bob, open, { limit: 3 });
      assert.deepEqual(ids(page.items), wanted.slice(0, 3));
      const rest = await bed.pins.byBoard(bob, open, { limit: 3, cursor: page.cursor ?? '' });
      assert.deepEqual([ids(rest.items), rest.cursor], [wanted.slice(3), null]);
    });

    it('of a picture are led by the oldest that the viewer may see, past any number that they may not', async () => {
      const hidden = await pinTo(secret);
      const mediaId = await mediaOf(hidden.id);
      for (let at = 0; at < 12; at += 1) await pinTo(secret, { mediaId });
      const shown = await pinTo(open, { mediaId });
      const later = await pinTo(open, { mediaId });
      const other = await pinTo(open);
      const asked = [await mediaOf(other.id), mediaId, ada.userId];
      assert.deepEqual(await leads(bob, asked), [other.id, shown.id]);
      assert.deepEqual(await leads(ada, asked), [other.id, hidden.id]);
      await bed.pins.remove(ada, shown.id);
      assert.deepEqual(await leads(bob, asked), [other.id, later.id]);
      assert.deepEqual([...(await bed.store.getMany(bob, [hidden.id, later.id])).keys()], [later.id]);
    });

    it('of a picture are led by another once the leading one is gone, moved into secret or its board turns secret', async () => {
      const first = await pinTo(open);
      const mediaId = await mediaOf(first.id);
      const asked = [mediaId];
      const second = await pinTo((await bed.boards.create(ada, { name: 'Second' })).id, { mediaId });
      const third = await pinTo((await bed.boards.create(ada, { name: 'Third' })).id, { mediaId });
      for (const viewer of [bob, stranger, bob]) assert.deepEqual(await leads(viewer, asked), [first.id]);
      await bed.pins.update(ada, first.id, { boardId: secret });
      assert.deepEqual([await leads(bob, asked), await leads(ada, asked)], [[second.id], [first.id]]);
      await bed.boards.update(ada, second.board.id, { secret: true });
      assert.deepEqual(await leads(bob, asked), [third.id]);
      await bed.pins.update(ada, first.id, { boardId: open });
      for (const viewer of [bob, ada, bob]) assert.deepEqual(await leads(viewer, asked), [first.id]);
      await bed.pins.remove(ada, first.id);
      assert.deepEqual(await leads(bob, asked), [third.id]);
    });
  });
});
