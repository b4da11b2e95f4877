import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { bombPng, foreignFiles, noise } from '#engines/pictures/contract-samples';
import type { Pictures } from '#engines/pictures/port';
import { stranger, system } from '#kernel/actor';
import { InvalidInputError, TooLargeError, UnauthenticatedError, UnsupportedError } from '#kernel/errors';
import { type MediaBed, openMediaBed, somebody } from '../../../test/support/media-bed.ts';
import type { MediaData } from './contract.ts';

const ada = somebody(1);
const bob = somebody(2);
const photo = (width = 60, height = 40): Promise<Buffer> => noise(width, height).jpeg().toBuffer();
const signatureOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('taking pictures in', () => {
  let bed: MediaBed;
  let processed = 0;
  const counted = (pictures: Pictures): Pictures => ({
    ...pictures,
    encoder: pictures.encoder,
    dimensions: pictures.dimensions,
    probe: (source, limits) => pictures.probe(source, limits),
    process: (request) => {
      processed += 1;
      return pictures.process(request);
    },
    derive: (request) => pictures.derive(request),
    strip: (request) => pictures.strip(request),
    encode: (request) => pictures.encode(request),
    close: () => pictures.close(),
  });
  const open = async (start = true): Promise<void> => {
    await bed?.close();
    bed = await openMediaBed({ start, wrap: counted });
  };
  beforeEach(async () => {
    processed = 0;
    bed = await openMediaBed({ wrap: counted });
  });
  afterEach(() => bed.close());
  const stored = async (signature: string): Promise<MediaData | undefined> => {
    const id = await bed.media.idBySignature(signature);
    return id && (await bed.media.data([id])).get(id);
  };

  it('stores the original and its derivatives, and answers the picture ready to show', async () => {
    const bytes = await photo();
    const { id, picture } = await bed.media.ingest(ada, bytes);
    assert.equal(picture.signature, signatureOf(bytes));
    assert.deepEqual([picture.width, picture.height, picture.state], [60, 40, 'ready']);
    assert.ok(picture.placeholder !== '' && picture.palette.length > 0 && picture.colour.startsWith('#'));
    const folder = `pictures/${picture.signature.slice(0, 2)}/${picture.signature}`;
    const names = ['1200.webp', '236.webp', '474.webp', '736.webp', 'original'];
    assert.deepEqual(
      await bed.keys(),
      names.map((name) => `${folder}/${name}`),
    );
    assert.deepEqual(await bed.blobs.read(`${folder}/original`), bytes);
    assert.equal((await stored(picture.signature))?.uploaderId, ada.userId);
    assert.equal(await bed.media.idBySignature(picture.signature), id);
    assert.deepEqual(await bed.leftOvers(), []);
  });

  it('takes a stream as it takes bytes', async () => {
    const bytes = await photo();
    const body = Readable.from([bytes.subarray(0, 100), bytes.subarray(100)]);
    const { picture } = await bed.media.ingest(ada, body);
    assert.equal(picture.signature, signatureOf(bytes));
  });

  it('tells the log first of a picture in processing, then of one that is ready, features stored before', async () => {
    const { id } = await bed.media.ingest(ada, await photo());
    const events = await bed.events();
    assert.deepEqual(
      events.map(({ type, version, actor, before }) => [type, version, actor, before?.['state'] ?? null]),
      [
        ['media.created', 1, ada.userId, null],
        ['media.updated', 2, null, 'processing'],
      ],
    );
    assert.deepEqual(
      events.map(({ body }) => body['state']),
      ['processing', 'ready'],
    );
    const features = await bed.features.getMany(bed.pictures.encoder, [id]);
    assert.equal(features.get(id)?.length, bed.pictures.dimensions);
  });

  it('answers the same media for the same bytes, at once and for anybody', async () => {
    const bytes = await photo();
    const first = await bed.media.ingest(ada, bytes);
    const again = await bed.media.ingest(bob, bytes);
    assert.deepEqual(again, first);
    assert.equal(processed, 1);
    assert.equal((await stored(first.picture.signature))?.uploaderId, ada.userId);
  });

  it('processes the same bytes once when many bring them at the same time', async () => {
    const bytes = await photo();
    const all = await Promise.all(
      [ada, bob, ada, bob, system].map((actor) => bed.media.ingest(actor, bytes)),
    );
    assert.equal(new Set(all.map(({ id }) => id)).size, 1);
    assert.equal(processed, 1);
    assert.deepEqual(
      (await bed.events()).map(({ type }) => type),
      ['media.created', 'media.updated'],
    );
  });

  it('remembers who brought which bytes', async () => {
    const bytes = await photo();
    const { id } = await bed.media.ingest(ada, bytes);
    const seers = async () => {
      const seen = [ada, bob, stranger].map(async (viewer) =>
        (await bed.store.getMany(viewer, [id])).has(id),
      );
      return Promise.all(seen);
    };
    assert.deepEqual(await seers(), [true, false, false]);
    await bed.media.ingest(bob, bytes);
    assert.deepEqual(await seers(), [true, true, false]);
    const took = { mapping: 'user_took_media', limit: 9 } as const;
    assert.deepEqual(await bed.store.range(system, { ...took, from: ada.userId }), []);
    assert.equal((await bed.store.range(system, { ...took, from: bob.userId })).length, 1);
  });

  it('keeps nothing of what is no picture, too large or empty', async () => {
    const cases = [
      { body: Buffer.from(String(foreignFiles['text.jpg'])), error: UnsupportedError, words: /JPEG, PNG/ },
      { body: Buffer.alloc(0), error: UnsupportedError, words: /empty/ },
      { body: bombPng(50_000), error: TooLargeError, words: /2 megapixels/ },
      { body: Buffer.alloc(1_000_001), error: TooLargeError, words: /1 MB/ },
    ];
    for (const { body, error, words } of cases) {
      const refused = (thrown: unknown): boolean => thrown instanceof error && words.test(thrown.message);
      await assert.rejects(bed.media.ingest(ada, body), refused);
      await assert.rejects(bed.media.ingest(ada, Readable.from([body])), refused);
      assert.equal(await bed.media.idBySignature(signatureOf(body)), undefined);
    }
    assert.deepEqual([await bed.keys(), await bed.leftOvers(), await bed.events()], [[], [], []]);
  });

  it('stops reading a stream at the limit', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        given += 100_000;
        yield Buffer.alloc(100_000, 1);
      }
    }
    await assert.rejects(bed.media.ingest(ada, Readable.from(endless())), TooLargeError);
    assert.ok(given < 2_000_000, `${given} bytes were read`);
  });

  it('says that an upload broke off', async () => {
    const body = new Readable({ read() {} });
    const ingested = bed.media.ingest(ada, body);
    body.push(Buffer.alloc(10));
    body.destroy();
    await assert.rejects(
      ingested,
      (error) => error instanceof InvalidInputError && /broke off/.test(error.message),
    );
    assert.deepEqual(await bed.leftOvers(), []);
  });

  it('refuses a picture that is cut short, keeps no bytes of it, and tries again when it comes again', async () => {
    const bytes = await photo(400, 300);
    const cut = bytes.subarray(0, bytes.length - 500);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await assert.rejects(
        bed.media.ingest(ada, cut),
        (error) =>
          error instanceof UnsupportedError &&
          error.message === 'picture must be a whole file; this one is cut short or damaged',
      );
      assert.equal(processed, attempt);
      assert.deepEqual([await bed.keys(), await bed.leftOvers()], [[], []]);
      assert.equal((await stored(signatureOf(cut)))?.state, 'refused');
    }
  });

  it('is not for strangers', async () => {
    await assert.rejects(bed.media.ingest(stranger, await photo()), UnauthenticatedError);
    await assert.rejects(bed.media.ingestFile(stranger, '/nowhere'), UnauthenticatedError);
    await assert.rejects(bed.media.ingestUrl(stranger, 'http://example.org/'), UnauthenticatedError);
    await assert.rejects(bed.media.preview(stranger, 'http://example.org/'), UnauthenticatedError);
  });

  it('answers a picture in processing when it takes longer than one waits', async () => {
    await open(false);
    const { id, picture } = await bed.media.ingest(ada, await photo(), { waitMs: 1 });
    assert.deepEqual(
      [picture.state, picture.width, picture.height, picture.placeholder],
      ['processing', 60, 40, ''],
    );
    await bed.jobs.start();
    await bed.jobs.drain();
    assert.equal((await bed.media.data([id])).get(id)?.state, 'ready');
  });

  it('puts uploads before imports', async () => {
    await open(false);
    const file = path.join(bed.folder, 'a.jpg');
    await writeFile(file, await photo());
    await bed.media.ingestFile(ada, file);
    await bed.media.ingest(ada, await photo(), { waitMs: 1 });
    const jobs = await bed.jobs.list('pending', 10);
    const byPriority = jobs.map(({ priority }) => priority).toSorted((a, b) => b - a);
    assert.deepEqual(byPriority, [10, 0]);
  });

  it('takes local files without waiting, leaves them where they are, and tells when they are done', async () => {
    const file = path.join(bed.folder, 'b.jpg');
    const bytes = await photo();
    await writeFile(file, bytes);
    const { id, signature, done } = await bed.media.ingestFile(ada, file);
    assert.equal(signature, signatureOf(bytes));
    await done;
    assert.equal((await bed.media.data([id])).get(id)?.state, 'ready');
    const again = await bed.media.ingestFile(ada, file);
    await again.done;
    assert.equal(again.id, id);
    assert.equal(processed, 1);
    assert.deepEqual(await bed.leftOvers(), []);
  });

  it('tells of a local file that is refused', async () => {
    const file = path.join(bed.folder, 'c.jpg');
    const bytes = await photo(400, 300);
    await writeFile(file, bytes.subarray(0, bytes.length - 500));
    const { done } = await bed.media.ingestFile(ada, file);
    await assert.rejects(done, UnsupportedError);
    await writeFile(file, 'no picture');
    await assert.rejects(bed.media.ingestFile(ada, file), UnsupportedError);
    await writeFile(file, Buffer.alloc(1_000_001));
    await assert.rejects(bed.media.ingestFile(ada, file), TooLargeError);
    await assert.rejects(bed.media.ingestFile(ada, `${file}-missing`), { code: 'ENOENT' });
  });

  it('finishes a picture whose job was lost, when its bytes come again', async () => {
    await open(false);
    const bytes = await photo();
    await bed.media.ingest(ada, bytes, { waitMs: 1 });
    const [job] = await bed.jobs.list('pending', 1);
    const [leased] = await bed.queue.dequeue(['process-picture'], 1, 1000);
    assert.ok(job && leased && (await bed.queue.fail(leased.id, leased.lease, 'lost', null)));
    await bed.jobs.start();
    assert.equal((await bed.media.ingest(bob, bytes)).picture.state, 'ready');
  });

  it('does a job again without harm', async () => {
    const { id, picture } = await bed.media.ingest(ada, await photo());
    const payload = { mediaId: id };
    const again = await bed.jobs.enqueue({ name: 'process-picture', payload });
    assert.equal((await bed.jobs.wait(again, 5000)).state, 'done');
    assert.equal(processed, 1);
    assert.deepEqual(bed.media.view((await bed.media.data([id])).get(id) as MediaData), picture);
  });

  it('gives up on a picture whose original is gone, so that its bytes may come again', async () => {
    await open(false);
    const bytes = await photo();
    const { picture } = await bed.media.ingest(ada, bytes, { waitMs: 1 });
    const { signature } = picture;
    await bed.blobs.delete(`pictures/${signature.slice(0, 2)}/${signature}/original`);
    await bed.jobs.start();
    await bed.jobs.drain();
    assert.equal((await stored(signature))?.state, 'refused');
    assert.equal((await bed.media.ingest(ada, bytes)).picture.state, 'ready');
  });
});
