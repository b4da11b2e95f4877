import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Actor, type Person, stranger } from '#kernel/actor';
import { InvalidInputError, NotFoundError } from '#kernel/errors';
import { encodeId, type Id, objectTypes } from '#kernel/ids';
import type { PinView } from '#services/pins/contract';
import { type FindingBed, look, lookBytes, openFindingBed } from '../../../test/support/finding-bed.ts';
import type { PictureQuery } from './contract.ts';

describe('vision', () => {
  let bed: FindingBed;
  let ada: Person;
  let bob: Person;
  let open: Id;
  let secret: Id;
  beforeEach(async () => {
    bed = await openFindingBed();
    [ada, bob] = [await bed.person('ada'), await bed.person('bob')];
    open = (await bed.boards.create(ada, { name: 'Open' })).id;
    secret = (await bed.boards.create(ada, { name: 'Secret', secret: true })).id;
  });
  afterEach(() => bed[Symbol.asyncDispose]());

  const mediaOf = async ({ id }: Pick<PinView, 'id'>): Promise<Id> => {
    const mediaId = (await bed.pins.data([id])).get(id)?.mediaId;
    assert.ok(mediaId);
    return mediaId;
  };
  const pinned = async (board: Id, axis: number, tilt = 0): Promise<Id> =>
    mediaOf(await bed.pin(ada, board, look(axis, tilt)));
  const found = async (viewer: Actor, query: PictureQuery | Id, limit = 10): Promise<Id[]> => {
    const asked: PictureQuery = typeof query === 'string' ? { kind: 'media', mediaId: query } : query;
    return (await bed.vision.similar(viewer, asked, limit)).map(({ mediaId }) => mediaId);
  };

  it('finds what looks alike, best first, the queried picture included', async () => {
    const [rose, reddish, tulip] = [await pinned(open, 0), await pinned(open, 0, 0.3), await pinned(open, 5)];
    await bed.index();
    assert.deepEqual(await found(stranger, rose), [rose, reddish, tulip]);
    assert.deepEqual(await found(stranger, rose, 2), [rose, reddish]);
    const [first, second] = await bed.vision.similar(stranger, { kind: 'media', mediaId: rose }, 2);
    assert.ok(Math.abs((first?.score ?? 0) - 1) < 0.002);
    assert.ok(Math.abs((second?.score ?? 0) - 1 / Math.hypot(1, 0.3)) < 0.002);
  });

  it('takes bytes, files and parts of pictures as queries', async () => {
    const [rose, tulip] = [await pinned(open, 0), await pinned(open, 5)];
    await bed.index();
    const file = path.join(bed.folder, 'query.jpg');
    await writeFile(file, lookBytes(look(5, 0.1)));
    assert.deepEqual(await found(stranger, { kind: 'file', path: file }, 1), [tulip]);
    assert.deepEqual(await found(stranger, { kind: 'bytes', bytes: lookBytes(look(0)) }, 1), [rose]);
    const crop = { x: 0.5, y: 0.5, width: 0.5, height: 0.5 };
    assert.deepEqual(await found(stranger, { kind: 'crop', mediaId: tulip, crop }, 1), [tulip]);
  });

  it('refuses crops that leave the picture or are too small, and pictures that are none', async () => {
    const mediaId = await pinned(open, 0);
    for (const wrong of [{ x: 0.8 }, { y: -0.1 }, { width: 0.01 }, { height: Number.NaN }]) {
      const crop = { x: 0, y: 0, width: 0.5, height: 0.5, ...wrong };
      await assert.rejects(found(ada, { kind: 'crop', mediaId, crop }), InvalidInputError);
    }
    const missing = encodeId({ shard: 1, type: objectTypes.media, local: 99 });
    const whole = { x: 0, y: 0, width: 1, height: 1 };
    await assert.rejects(found(ada, { kind: 'crop', mediaId: missing, crop: whole }), NotFoundError);
  });

  it('answers for many pictures at once, with nothing for unknown ones', async () => {
    const [rose, tulip] = [await pinned(open, 0), await pinned(open, 5)];
    await bed.index();
    const missing = encodeId({ shard: 1, type: objectTypes.media, local: 99 });
    const answers = await bed.vision.similarToMany(stranger, [tulip, missing, rose], 1);
    assert.deepEqual(
      [...answers].map(([id, matches]) => [id, matches.map(({ mediaId }) => mediaId)]),
      [
        [tulip, [tulip]],
        [missing, []],
        [rose, [rose]],
      ],
    );
  });

  it('shows pictures of secret boards to their owner alone', async () => {
    const [hidden, shown] = [await pinned(secret, 0), await pinned(open, 0, 0.1)];
    await bed.index();
    assert.deepEqual(await found(ada, hidden), [hidden, shown]);
    for (const viewer of [bob, stranger]) assert.deepEqual(await found(viewer, shown), [shown]);
  });

  it('does not look at a picture that everybody finds because it has one pin more, until one goes', async () => {
    const rose = await bed.pin(ada, open, look(0));
    const mediaId = await mediaOf(rose);
    await bed.index();
    const rangeMany = bed.store.rangeMany.bind(bed.store);
    let looks = 0;
    bed.store.rangeMany = (actor, requests) => {
      looks += requests.filter(({ mapping }) => mapping === 'media_has_pin').length;
      return rangeMany(actor, requests);
    };
    const theirs = (await bed.boards.create(bob, { name: 'Theirs', secret: true })).id;
    await bed.pins.save(bob, rose.id, theirs);
    await bed.index();
    assert.equal(looks, 0);
    await bed.pins.remove(ada, rose.id);
    await bed.index();
    assert.ok(looks > 0);
    assert.deepEqual(await found(bob, { kind: 'bytes', bytes: lookBytes(look(0)) }), [mediaId]);
    assert.deepEqual(await found(stranger, { kind: 'bytes', bytes: lookBytes(look(0)) }), []);
  });

  it('follows a board that becomes secret or public', async () => {
    const picture = await pinned(open, 0);
    await bed.index();
    assert.deepEqual(await found(bob, picture), [picture]);
    await bed.boards.update(ada, open, { secret: true });
    await bed.index();
    assert.deepEqual(await found(bob, picture), []);
    assert.deepEqual(await found(ada, picture), [picture]);
    await bed.boards.update(ada, open, { secret: false });
    await bed.index();
    assert.deepEqual(await found(bob, picture), [picture]);
  });

  it('shows a picture as long as any of its pins may be seen', async () => {
    const pin = await bed.pin(ada, open, look(0));
    const media = await mediaOf(pin);
    const kept = await bed.pins.save(ada, pin.id, secret);
    await bed.index();
    assert.deepEqual(await found(bob, media), [media]);
    await bed.pins.remove(ada, pin.id);
    await bed.index();
    assert.deepEqual([await found(bob, media), await found(ada, media)], [[], [media]]);
    await bed.pins.remove(ada, kept.id);
    await bed.index();
    assert.deepEqual(await found(ada, media), []);
    assert.equal((await bed.vision.status()).indexed, 0);
  });

  it('shows a picture to each of several people who keep it in secret', async () => {
    const pin = await bed.pin(ada, open, look(0));
    const media = await mediaOf(pin);
    const theirs = await bed.boards.create(bob, { name: 'Mine', secret: true });
    await bed.pins.save(bob, pin.id, theirs.id);
    await bed.boards.update(ada, open, { secret: true });
    await bed.index();
    for (const viewer of [ada, bob]) assert.deepEqual(await found(viewer, media), [media]);
    assert.deepEqual(await found(stranger, media), []);
  });

  it('indexes a picture when it gets its features and is reported ready', async () => {
    const mediaId = await bed.media.add(ada.userId, 'processing');
    await bed.pins.create(ada, { boardId: open, mediaId });
    await bed.index();
    assert.equal((await bed.vision.status()).indexed, 0);
    await bed.features.put([{ entity: mediaId, name: 'looks@1', version: 1, value: look(0) }]);
    const [pinCreated] = await bed.changes();
    assert.ok(pinCreated);
    await bed.vectors.apply([{ ...pinCreated, type: 'media.updated', id: mediaId }]);
    assert.deepEqual(await found(ada, mediaId), [mediaId]);
  });

  it('is the same after a rebuild from all changes as after following them', async () => {
    for (const axis of [0, 1, 2]) await pinned(open, axis);
    const leaving = await bed.pin(ada, open, look(3));
    await bed.index();
    await bed.pins.remove(ada, leaving.id);
    await bed.boards.update(ada, secret, { name: 'Still secret' });
    const hidden = await pinned(secret, 0, 0.2);
    await bed.index();
    const looks = { kind: 'bytes', bytes: lookBytes(look(0)) } as const;
    const followed = [await bed.vision.similar(ada, looks, 10), await bed.vision.similar(bob, looks, 10)];
    await bed.vectors.reset();
    assert.deepEqual(await found(ada, hidden), []);
    await bed.vectors.apply(await bed.changes());
    assert.deepEqual(
      [await bed.vision.similar(ada, looks, 10), await bed.vision.similar(bob, looks, 10)],
      followed,
    );
  });

  it('takes up at its last checkpoint after a restart, and lets later changes win', async () => {
    const picture = await pinned(open, 0);
    await bed.index();
    await bed.vectors.checkpoint?.('here');
    await bed.reopenVision();
    assert.equal(await bed.vectors.mark?.(), 'here');
    assert.deepEqual(await found(bob, picture), [picture]);
    await bed.boards.update(ada, open, { secret: true });
    await bed.index();
    assert.deepEqual(await found(bob, picture), []);
    await bed.vectors.reset();
    assert.equal(await bed.vectors.mark?.(), undefined);
  });
});
