import assert from 'node:assert/strict';
import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { type Person, stranger } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import { type FindingBed, look, openFindingBed } from '../../../test/support/finding-bed.ts';

const enough = 256;

describe('refitting the projection', () => {
  let bed: FindingBed;
  let ada: Person;
  let open: Id;
  let secret: Id;
  /** Pictures in the order they were pinned; the first ones look like each other, and so on. */
  let media: Id[];
  beforeEach(async () => {
    bed = await openFindingBed();
    ada = await bed.person('ada');
    open = (await bed.boards.create(ada, { name: 'Open' })).id;
    secret = (await bed.boards.create(ada, { name: 'Secret', secret: true })).id;
    media = [];
  });
  afterEach(() => bed[Symbol.asyncDispose]());

  const lookOf = (i: number) => look(i % 12, 0.5 + (i % 7) / 20, (i % 12) + 1 + (i % 5));
  const pinOne = async (i: number, board = open): Promise<Id> => {
    const { id } = await bed.pin(ada, board, lookOf(i));
    const mediaId = (await bed.pins.data([id])).get(id)?.mediaId;
    assert.ok(mediaId);
    media.push(mediaId);
    return mediaId;
  };
  const pinMany = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) await pinOne(i);
    await bed.index();
  };
  const selves = async (ids: readonly Id[], viewer = ada) => {
    const answers = await bed.vision.similarToMany(viewer, ids, 400);
    return ids.filter((id) => answers.get(id)?.some(({ mediaId }) => mediaId === id));
  };
  const exists = (name: string) =>
    access(path.join(bed.folder, 'vision', name)).then(
      () => true,
      () => false,
    );

  it('waits until there are enough pictures, and until there are enough more', async () => {
    await pinMany(enough - 1);
    assert.equal(await bed.vision.refit(), false);
    assert.deepEqual(await bed.vision.status(), {
      indexed: 255,
      features: 255,
      generation: 0,
      dimensions: 12,
      fitted: 0,
    });
    await pinOne(enough);
    assert.equal(await bed.vision.refit(), true);
    assert.equal(await bed.vision.refit(), false);
    assert.equal((await bed.vision.status()).generation, 1);
  });

  /** Adds two pictures, one in secret, takes the pin of one picture away and hides another. */
  const change = async (gone: Id, hidden: Id): Promise<Id[]> => {
    const added = [await pinOne(7), await pinOne(8, secret)];
    const [removed = gone, moved = hidden] = (await bed.pins.ofMedia(ada, [gone, hidden])).map(
      ({ pinId }) => pinId,
    );
    await bed.pins.remove(ada, removed);
    await bed.pins.update(ada, moved, { boardId: secret });
    await bed.index();
    return added;
  };

  it('puts the new generation in place while queries go on and changes come in', async () => {
    await pinMany(enough + 20);
    const [hidden, gone, ...others] = media as [Id, Id, ...Id[]];
    let isDone = false;
    const refitting = bed.vision.refit().finally(() => {
      isDone = true;
    });
    const changing = selves(others.slice(0, 1)).then(() => change(gone, hidden));
    let asked = 0;
    while (!isDone) {
      assert.deepEqual(await selves(others.slice(10, 14)), others.slice(10, 14));
      asked += 1;
      await setImmediate();
    }
    assert.ok((await refitting) && asked > 2);
    const added = await changing;
    const { indexed, dimensions, generation } = await bed.vision.status();
    assert.deepEqual(
      { indexed, dimensions, generation },
      { indexed: enough + 21, dimensions: 256, generation: 1 },
    );
    assert.deepEqual(await selves(added), added);
    const theirs = await bed.vision.similarToMany(stranger, media, 1000);
    const seen = new Set([...theirs.values()].flat().map(({ mediaId }) => mediaId));
    assert.deepEqual(seen, new Set([...others, ...added.slice(0, 1)]));
  });

  it('is asked for by the consumer, and keeps its place and its mark over a restart', async () => {
    await pinMany(enough);
    await bed.vectors.checkpoint?.('here');
    await bed.settle();
    assert.equal((await bed.vision.status()).generation, 1);
    await bed.reopenVision();
    const { generation, dimensions, indexed } = await bed.vision.status();
    assert.deepEqual(
      { generation, dimensions, indexed },
      { generation: 1, dimensions: 256, indexed: enough },
    );
    assert.equal(await bed.vectors.mark?.(), 'here');
    assert.deepEqual(await selves(media.slice(0, 5)), media.slice(0, 5));
    assert.deepEqual(
      [await exists('0'), await exists('1'), await exists('projection-1.bin')],
      [false, true, true],
    );
  });

  it('waits for a quiet minute when the library has only grown by a fifth', async () => {
    await pinMany(enough);
    await bed.settle();
    for (let i = 0; i < 52; i++) await pinOne(i);
    await bed.index();
    await pinOne(3);
    const generations: number[] = [];
    for (let minute = 0; minute < 3; minute++) {
      await bed.settle();
      generations.push((await bed.vision.status()).generation);
      bed.clock.advance(61_000);
    }
    assert.deepEqual(generations, [1, 1, 2]);
    assert.equal((await bed.vision.status()).fitted, enough + 53);
  });

  it('leaves the live generation as it was when it fails, and can be done again', async () => {
    await pinMany(enough);
    const opener = bed.openIndex;
    bed.openIndex = async (...asked) => {
      const index = await opener(...asked);
      return Object.assign(index, { upsert: () => Promise.reject(new Error('the disk is full')) });
    };
    await assert.rejects(bed.vision.refit(), /disk is full/);
    assert.equal((await bed.vision.status()).generation, 0);
    assert.deepEqual(await selves(media.slice(0, 5)), media.slice(0, 5));
    assert.deepEqual([await exists('1'), await exists('projection-1.bin')], [false, false]);
    bed.openIndex = opener;
    assert.equal(await bed.vision.refit(), true);
    assert.deepEqual(await selves(media.slice(0, 5)), media.slice(0, 5));
  });

  it('starts on the live generation after a death on the way, without what was left over', async () => {
    await pinMany(3);
    await bed.vectors.checkpoint?.('here');
    await mkdir(path.join(bed.folder, 'vision', '1'));
    await writeFile(path.join(bed.folder, 'vision', 'projection-1.bin'), 'half');
    await writeFile(path.join(bed.folder, 'vision', 'generation.json.tmp'), '{');
    await bed.reopenVision();
    assert.equal((await bed.vision.status()).generation, 0);
    assert.deepEqual(await selves(media), media);
    assert.deepEqual([await exists('1'), await exists('projection-1.bin')], [false, false]);
  });
});
