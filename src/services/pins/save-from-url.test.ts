import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Person, system } from '#kernel/actor';
import * as errors from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { JobHandler } from '#services/jobs/contract';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';

const url = 'https://example.org/pies';

describe('saving from a page', () => {
  let bed: LibraryBed;
  let ada: Person;
  let boardId: Id;
  beforeEach(async () => {
    bed = await openLibraryBed();
    ada = await bed.person('ada');
    boardId = (await bed.boards.create(ada, { name: 'Pies' })).id;
    const pictures = ['best', 'other'].map((name) => ({
      url: `${url}/${name}.jpg`,
      alt: name,
      width: 9,
      height: 9,
    }));
    bed.media.pages.set(url, {
      url,
      title: 'Pies',
      description: 'All of them',
      site: 'Example',
      author: 'Cy',
      pictures,
    });
    for (const { url: address } of pictures) bed.media.pictures.set(address, await bed.media.add(ada.userId));
  });
  afterEach(async () => {
    await bed[Symbol.asyncDispose]();
  });
  const handler = (): JobHandler => {
    const [first] = bed.pins.handlers();
    assert.ok(first);
    return first;
  };
  const run = async (jobId: string) => {
    const job = await bed.jobs.get(jobId);
    assert.ok(job);
    const context = { job, signal: new AbortController().signal, checkpoint: async () => undefined };
    return handler().run(job.payload, context);
  };
  const pinned = () => bed.pins.byBoard(ada, boardId, {});

  it('pins the best picture of the page with its words, link and credit', async () => {
    const job = await bed.pins.saveFromUrl(ada, { boardId, url });
    await bed.settle();
    const [pin, ...others] = (await pinned()).items;
    assert.equal(others.length, 0);
    assert.deepEqual((await bed.jobs.get(job))?.result, { pinId: pin?.id });
    assert.deepEqual(
      [pin?.title, pin?.description, pin?.link, pin?.altText, pin?.credit],
      ['Pies', 'All of them', url, 'best', { author: 'Cy', source: url, licence: null }],
    );
  });

  it('pins the picture and the words that were chosen', async () => {
    await bed.pins.saveFromUrl(ada, { boardId, url, pictureUrl: `${url}/other.jpg`, title: 'Mine' });
    await bed.settle();
    const [pin] = (await pinned()).items;
    assert.deepEqual([pin?.title, pin?.description, pin?.link, pin?.credit], ['Mine', '', url, null]);
  });

  it('is one job when asked twice, and one pin when tried again, one after the other or at once', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => bed.pins.saveFromUrl(ada, { boardId, url })));
    assert.ok(first);
    assert.equal(first, second);
    const results = [...(await Promise.all([run(first), run(first), run(first)])), await run(first)];
    assert.equal(new Set(results.map(({ pinId }) => pinId)).size, 1);
    const { items } = await pinned();
    assert.deepEqual(
      items.map(({ id }) => id),
      [results[0]?.['pinId']],
    );
    const mediaId = (await bed.pins.data(items.map(({ id }) => id))).values().next().value?.mediaId;
    assert.ok(mediaId);
    assert.equal(
      (await bed.store.range(system, { mapping: 'media_has_pin', from: mediaId, limit: 9 })).length,
      1,
    );
  });

  it('gives up on a page without pictures, and tries again when the page does not answer', async () => {
    const empty = 'https://example.org/empty';
    bed.media.pages.set(empty, {
      url: empty,
      title: '',
      description: '',
      site: '',
      author: null,
      pictures: [],
    });
    const job = await bed.pins.saveFromUrl(ada, { boardId, url: empty });
    await assert.rejects(run(job), { name: 'GiveUpError', message: /no picture/ });
    const silent = await bed.pins.saveFromUrl(ada, { boardId, url: 'https://example.org/silent' });
    await assert.rejects(run(silent), errors.UnavailableError);
    assert.equal((await pinned()).items.length, 0);
  });

  it('saves nothing to a board that was removed in the meantime', async () => {
    const job = await bed.pins.saveFromUrl(ada, { boardId, url });
    await bed.boards.remove(ada, boardId);
    await assert.rejects(run(job), errors.NotFoundError);
    assert.deepEqual(await bed.pins.recentIds(ada.userId, 9), []);
  });

  it('takes web addresses and one’s own boards only', async () => {
    const bob = await bed.person('bob');
    for (const bad of ['file:///etc/passwd', 'https://', 'javascript:1', 'http://u:p@example.org/']) {
      await assert.rejects(bed.pins.saveFromUrl(ada, { boardId, url: bad }), errors.InvalidInputError, bad);
      const input = { boardId, url, pictureUrl: bad };
      await assert.rejects(bed.pins.saveFromUrl(ada, input), errors.InvalidInputError, bad);
    }
    await assert.rejects(bed.pins.saveFromUrl(bob, { boardId, url }), errors.ForbiddenError);
    assert.equal((await bed.jobs.counts()).length, 0);
  });
});
