import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Pictures } from '#engines/pictures/port';
import { bombPng, foreignFiles, noise } from '#engines/pictures/samples';
import { stranger, system } from '#kernel/actor';
import { InvalidInputError, TooLargeError, UnauthenticatedError, UnsupportedError } from '#kernel/errors';
import type { MediaData } from './contract.ts';
import { type MediaBench, openMediaBench, somebody } from './test-bench.ts';

const ada = somebody(1);
const bob = somebody(2);
const photo = (width = 60, height = 40): Promise<Buffer> => noise(width, height).jpeg().toBuffer();
const signatureOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('taking pictures in', () => {
  let bench: MediaBench;
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
    await bench?.close();
    bench = await openMediaBench(async () => 'hidden', { start, wrap: counted });
  };
  beforeEach(async () => {
    processed = 0;
    bench = await openMediaBench(async () => 'hidden', { wrap: counted });
  });
  afterEach(() => bench.close());
  const stored = async (signature: string): Promise<MediaData | undefined> => {
    const id = await bench.media.idBySignature(signature);
    return id && (await bench.media.data([id])).get(id);
  };

  it('stores the original and its derivatives, and answers the picture ready to show', async () => {
    const bytes = await photo();
    const { id, picture } = await bench.media.ingest(ada, bytes);
    assert.equal(picture.signature, signatureOf(bytes));
    assert.deepEqual([picture.width, picture.height, picture.state], [60, 40, 'ready']);
    assert.ok(picture.placeholder !== '' && picture.palette.length > 0 && picture.colour.startsWith('#'));
    const folder = `pictures/${picture.signature.slice(0, 2)}/${picture.signature}`;
    const names = ['1200.webp', '236.webp', '474.webp', '736.webp', 'original'];
    assert.deepEqual(
      await bench.keys(),
      names.map((name) => `${folder}/${name}`),
    );
    assert.deepEqual(await bench.blobs.read(`${folder}/original`), bytes);
    assert.equal((await stored(picture.signature))?.uploaderId, ada.userId);
    assert.equal(await bench.media.idBySignature(picture.signature), id);
    assert.deepEqual(await bench.leftOvers(), []);
  });

  it('takes a stream as it takes bytes', async () => {
    const bytes = await photo();
    const body = Readable.from([bytes.subarray(0, 100), bytes.subarray(100)]);
    const { picture } = await bench.media.ingest(ada, body);
    assert.equal(picture.signature, signatureOf(bytes));
  });

  it('tells the log first of a picture in processing, then of one that is ready, features stored before', async () => {
    const { id } = await bench.media.ingest(ada, await photo());
    const events = await bench.events();
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
    const features = await bench.features.getMany(bench.pictures.encoder, [id]);
    assert.equal(features.get(id)?.length, bench.pictures.dimensions);
  });

  it('answers the same media for the same bytes, at once and for anybody', async () => {
    const bytes = await photo();
    const first = await bench.media.ingest(ada, bytes);
    const again = await bench.media.ingest(bob, bytes);
    assert.deepEqual(again, first);
    assert.equal(processed, 1);
    assert.equal((await stored(first.picture.signature))?.uploaderId, ada.userId);
  });

  it('processes the same bytes once when many bring them at the same time', async () => {
    const bytes = await photo();
    const all = await Promise.all(
      [ada, bob, ada, bob, system].map((actor) => bench.media.ingest(actor, bytes)),
    );
    assert.equal(new Set(all.map(({ id }) => id)).size, 1);
    assert.equal(processed, 1);
    assert.deepEqual(
      (await bench.events()).map(({ type }) => type),
      ['media.created', 'media.updated'],
    );
  });

  it('remembers who brought which bytes', async () => {
    const bytes = await photo();
    const { id } = await bench.media.ingest(ada, bytes);
    assert.deepEqual(
      [await bench.media.takenInBy(ada.userId, id), await bench.media.takenInBy(bob.userId, id)],
      [true, false],
    );
    await bench.media.ingest(bob, bytes);
    assert.equal(await bench.media.takenInBy(bob.userId, id), true);
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
      await assert.rejects(bench.media.ingest(ada, body), refused);
      await assert.rejects(bench.media.ingest(ada, Readable.from([body])), refused);
      assert.equal(await bench.media.idBySignature(signatureOf(body)), undefined);
    }
    assert.deepEqual([await bench.keys(), await bench.leftOvers(), await bench.events()], [[], [], []]);
  });

  it('stops reading a stream at the limit', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        given += 100_000;
        yield Buffer.alloc(100_000, 1);
      }
    }
    await assert.rejects(bench.media.ingest(ada, Readable.from(endless())), TooLargeError);
    assert.ok(given < 2_000_000, `${given} bytes were read`);
  });

  it('says that an upload broke off', async () => {
    const body = new Readable({ read() {} });
    const ingested = bench.media.ingest(ada, body);
    body.push(Buffer.alloc(10));
    body.destroy();
    await assert.rejects(
      ingested,
      (error) => error instanceof InvalidInputError && /broke off/.test(error.message),
    );
    assert.deepEqual(await bench.leftOvers(), []);
  });

  it('refuses a picture that is cut short, keeps no bytes of it, and tries again when it comes again', async () => {
    const bytes = await photo(400, 300);
    const cut = bytes.subarray(0, bytes.length - 500);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await assert.rejects(
        bench.media.ingest(ada, cut),
        (error) =>
          error instanceof UnsupportedError &&
          error.message === 'picture must be a whole file; this one is cut short or damaged',
      );
      assert.equal(processed, attempt);
      assert.deepEqual([await bench.keys(), await bench.leftOvers()], [[], []]);
      assert.equal((await stored(signatureOf(cut)))?.state, 'refused');
    }
  });

  it('is not for strangers', async () => {
    await assert.rejects(bench.media.ingest(stranger, await photo()), UnauthenticatedError);
    await assert.rejects(bench.media.ingestFile(stranger, '/nowhere'), UnauthenticatedError);
    await assert.rejects(bench.media.ingestUrl(stranger, 'http://example.org/'), UnauthenticatedError);
    await assert.rejects(bench.media.preview(stranger, 'http://example.org/'), UnauthenticatedError);
  });

  it('answers a picture in processing when it takes longer than one waits', async () => {
    await open(false);
    const { id, picture } = await bench.media.ingest(ada, await photo(), { waitMs: 1 });
    assert.deepEqual(
      [picture.state, picture.width, picture.height, picture.placeholder],
      ['processing', 60, 40, ''],
    );
    await bench.jobs.start();
    await bench.jobs.drain();
    assert.equal((await bench.media.data([id])).get(id)?.state, 'ready');
  });

  it('puts uploads before imports', async () => {
    await open(false);
    const file = path.join(bench.folder, 'a.jpg');
    await writeFile(file, await photo());
    await bench.media.ingestFile(ada, file);
    await bench.media.ingest(ada, await photo(), { waitMs: 1 });
    const jobs = await bench.jobs.list('pending', 10);
    const byPriority = jobs.map(({ priority }) => priority).toSorted((a, b) => b - a);
    assert.deepEqual(byPriority, [10, 0]);
  });

  it('takes local files without waiting, leaves them where they are, and tells when they are done', async () => {
    const file = path.join(bench.folder, 'b.jpg');
    const bytes = await photo();
    await writeFile(file, bytes);
    const { id, signature, done } = await bench.media.ingestFile(ada, file);
    assert.equal(signature, signatureOf(bytes));
    await done;
    assert.equal((await bench.media.data([id])).get(id)?.state, 'ready');
    const again = await bench.media.ingestFile(ada, file);
    await again.done;
    assert.equal(again.id, id);
    assert.equal(processed, 1);
    assert.deepEqual(await bench.leftOvers(), []);
  });

  it('tells of a local file that is refused', async () => {
    const file = path.join(bench.folder, 'c.jpg');
    const bytes = await photo(400, 300);
    await writeFile(file, bytes.subarray(0, bytes.length - 500));
    const { done } = await bench.media.ingestFile(ada, file);
    await assert.rejects(done, UnsupportedError);
    await writeFile(file, 'no picture');
    await assert.rejects(bench.media.ingestFile(ada, file), UnsupportedError);
    await writeFile(file, Buffer.alloc(1_000_001));
    await assert.rejects(bench.media.ingestFile(ada, file), TooLargeError);
    await assert.rejects(bench.media.ingestFile(ada, `${file}-missing`), { code: 'ENOENT' });
  });

  it('finishes a picture whose job was lost, when its bytes come again', async () => {
    await open(false);
    const bytes = await photo();
    await bench.media.ingest(ada, bytes, { waitMs: 1 });
    const [job] = await bench.jobs.list('pending', 1);
    const [leased] = await bench.queue.dequeue(['process-picture'], 1, 1000);
    assert.ok(job && leased && (await bench.queue.fail(leased.id, leased.lease, 'lost', null)));
    await bench.jobs.start();
    assert.equal((await bench.media.ingest(bob, bytes)).picture.state, 'ready');
  });

  it('does a job again without harm', async () => {
    const { id, picture } = await bench.media.ingest(ada, await photo());
    const payload = { mediaId: id };
    const again = await bench.jobs.enqueue({ name: 'process-picture', payload });
    assert.equal((await bench.jobs.wait(again, 5000)).state, 'done');
    assert.equal(processed, 1);
    assert.deepEqual(bench.media.view((await bench.media.data([id])).get(id) as MediaData), picture);
  });

  it('gives up on a picture whose original is gone, so that its bytes may come again', async () => {
    await open(false);
    const bytes = await photo();
    const { picture } = await bench.media.ingest(ada, bytes, { waitMs: 1 });
    const { signature } = picture;
    await bench.blobs.delete(`pictures/${signature.slice(0, 2)}/${signature}/original`);
    await bench.jobs.start();
    await bench.jobs.drain();
    assert.equal((await stored(signature))?.state, 'refused');
    assert.equal((await bench.media.ingest(ada, bytes)).picture.state, 'ready');
  });
});
