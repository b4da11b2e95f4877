import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { unzipSync } from 'fflate';
import { openDiskBlobs } from '#engines/blobs/disk';
import type { Blobs } from '#engines/blobs/port';
import type { Person } from '#kernel/actor';
import { ConflictError, InvalidInputError, NotFoundError, UnavailableError } from '#kernel/errors';
import type { TakenAway } from '#services/media/contract';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';
import type { Exports } from './contract.ts';
import { createExports } from './index.ts';

const dayMs = 86_400_000;

describe('exports', () => {
  let bed: LibraryBed;
  let blobs: Blobs;
  let exports: Exports;
  let ada: Person;
  /** What pictures are made of; tests change it. */
  let takeAway: () => Promise<TakenAway | undefined>;

  beforeEach(async () => {
    bed = await openLibraryBed();
    blobs = await openDiskBlobs({ folder: path.join(bed.folder, 'blobs') });
    takeAway = async () => ({ type: 'image/png', open: async () => Readable.from([Buffer.from('bytes')]) });
    exports = createExports({ ...bed, blobs, media: { takeAway: () => takeAway() } });
    for (const handler of exports.handlers()) bed.jobs.handle(handler);
    ada = await bed.person('ada');
    const { id: boardId } = await bed.boards.create(ada, { name: 'Pies' });
    for (let n = 0; n < 3; n += 1)
      await bed.pins.create(ada, { boardId, mediaId: await bed.media.add(ada.userId), title: `Pie ${n}` });
  });
  afterEach(async () => {
    await bed.jobs.stop();
    await blobs.close();
    await bed[Symbol.asyncDispose]();
  });

  const filesOf = async (person: Person) =>
    unzipSync(await buffer(await (await exports.open(person)).open()));
  const temporary = () => readdir(path.join(bed.folder, 'blobs', 'temporary'));

  it('begins anew after a failure, and leaves nothing half made', async () => {
    let tries = 0;
    const sound = takeAway;
    takeAway = async () => {
      tries += 1;
      if (tries === 3) throw new UnavailableError('the disk is away');
      return sound();
    };
    await exports.start(ada);
    await bed.settle();
    const waiting = await exports.latest(ada);
    assert.deepEqual([waiting.state, waiting.error], ['pending', 'the disk is away']);
    assert.deepEqual(await temporary(), []);
    await assert.rejects(exports.open(ada), NotFoundError);
    await bed.jobs.hasten('export');
    await bed.settle();
    assert.equal((await exports.latest(ada)).state, 'ready');
    assert.equal(Object.keys(await filesOf(ada)).filter((name) => name.startsWith('pictures/')).length, 3);
  });

  it('is one at a time for a person', async () => {
    await exports.start(ada);
    await exports.start(ada);
    assert.deepEqual(await bed.jobs.counts(), [{ name: 'export', state: 'pending', count: 1 }]);
  });

  it('counts pins whose pictures are gone, and takes the rest', async () => {
    let n = 0;
    const sound = takeAway;
    takeAway = async () => (n++ === 0 ? undefined : sound());
    const file = path.join(bed.folder, 'ada.zip');
    const summary = await exports.write(ada, file);
    assert.deepEqual(summary, { boards: 1, pins: 2, pictures: 2, missing: 1 });
  });

  it('is gone after seven days, as the person was told', async () => {
    await exports.start(ada);
    await bed.settle();
    const { createdAt, expiresAt } = await exports.latest(ada);
    assert.equal((expiresAt ?? 0) - (createdAt ?? 0), 7 * dayMs);
    bed.clock.advance(7 * dayMs);
    await assert.rejects(exports.open(ada), NotFoundError);
    await bed.jobs.hasten('export-expiry');
    await bed.settle();
    for await (const { key } of blobs.list('exports/')) assert.fail(key);
  });

  it('stops when it is told to, and leaves no file', async () => {
    const stop = new AbortController();
    const file = path.join(bed.folder, 'ada.zip');
    const onProgress = () => stop.abort();
    await assert.rejects(exports.write(ada, file, { signal: stop.signal, onProgress }), UnavailableError);
    assert.equal(
      (await readdir(bed.folder)).some((name) => name.includes('zip')),
      false,
    );
    assert.deepEqual(await temporary(), []);
    await exports.write(ada, file);
    await assert.rejects(exports.write(ada, file), ConflictError);
    await assert.rejects(exports.write(ada, path.join(bed.folder, 'no', 'where.zip')), InvalidInputError);
  });
});
