/** What every blobs adapter must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { InvalidInputError, NotFoundError, UnavailableError } from '#kernel/errors';
import type { Blobs } from './port.ts';

const bytes = (length: number): Buffer => Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 7) % 256));

/** Keys that must never reach a file system. */
const wrongKeys = [
  '',
  '/',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  '../a',
  'a/../b',
  'a/..',
  '.hidden',
  'a/.b',
  'A',
  'ä',
  'a b',
  'a\\b',
  'a\0b',
  'a:b',
  '%2e%2e/a',
  `${'a'.repeat(101)}`,
  Array(13).fill('a').join('/'),
];

async function keysOf(blobs: Blobs, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of blobs.list(prefix)) keys.push(key);
  return keys;
}

async function contentOf(blobs: Blobs, key: string, range?: { start: number; end: number }): Promise<Buffer> {
  const found = await blobs.open(key, range);
  assert.ok(found);
  return buffer(found.body);
}

/** Runs the suite; `open` gives an empty store each time. */
export function blobsContract(title: string, open: () => Promise<Blobs>): void {
  describe(title, () => {
    let blobs: Blobs;
    beforeEach(async () => {
      blobs = await open();
    });
    afterEach(() => blobs.close());

    describe('writing', () => writingContract(() => blobs));
    describe('reading', () => readingContract(() => blobs));
    describe('keys', () => keysContract(() => blobs));

    it('refuses everything after it is closed, and may be closed twice', async () => {
      await blobs.put('a', bytes(1));
      await blobs.close();
      await blobs.close();
      await assert.rejects(blobs.read('a'), UnavailableError);
      await assert.rejects(blobs.put('b', bytes(1)), UnavailableError);
      await assert.rejects(blobs.temporaryPath(), UnavailableError);
    });
  });
}

function writingContract(get: () => Blobs): void {
  it('gives back exactly the bytes of a buffer and of a stream', async () => {
    const content = bytes(300_000);
    assert.deepEqual(await get().put('a/buffer', content), { key: 'a/buffer', bytes: 300_000 });
    const stream = Readable.from([content.subarray(0, 7), content.subarray(7)]);
    assert.deepEqual(await get().put('a/stream', stream), { key: 'a/stream', bytes: 300_000 });
    assert.deepEqual(await get().read('a/buffer'), content);
    assert.deepEqual(await get().read('a/stream'), content);
  });

  it('keeps an empty blob apart from none', async () => {
    await get().put('empty', new Uint8Array());
    assert.deepEqual(await get().head('empty'), { key: 'empty', bytes: 0 });
    assert.deepEqual(await get().read('empty'), Buffer.alloc(0));
    assert.deepEqual(await contentOf(get(), 'empty'), Buffer.alloc(0));
  });

  it('shows nothing of a stream that breaks', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield bytes(100_000);
      throw new Error('the line is cut');
    }
    await assert.rejects(get().put('a/broken', Readable.from(broken())), /the line is cut/);
    assert.equal(await get().head('a/broken'), undefined);
    assert.deepEqual(await keysOf(get(), ''), []);
  });

  it('shows nothing before the last byte is there', async () => {
    let seen: unknown = 'not asked';
    async function* slow(): AsyncGenerator<Buffer> {
      yield bytes(100_000);
      seen = await get().head('a/slow');
      yield bytes(1);
    }
    await get().put('a/slow', Readable.from(slow()));
    assert.equal(seen, undefined);
    assert.equal((await get().head('a/slow'))?.bytes, 100_001);
  });

  it('takes the same key again, from many at once', async () => {
    const content = bytes(50_000);
    await Promise.all(Array.from({ length: 8 }, () => get().put('a/same', content)));
    assert.deepEqual(await get().read('a/same'), content);
    assert.deepEqual(await keysOf(get(), ''), ['a/same']);
  });

  it('adopts a file, which is gone afterwards', async () => {
    const file = await get().temporaryPath();
    await writeFile(file, bytes(1000));
    assert.deepEqual(await get().adopt([{ key: 'a/b/c', file }]), [{ key: 'a/b/c', bytes: 1000 }]);
    assert.deepEqual(await get().read('a/b/c'), bytes(1000));
    await assert.rejects(readFile(file), { code: 'ENOENT' });
  });

  it('adopts several files at once, of one folder and of others', async () => {
    const keys = ['a/b/1', 'a/b/2', 'a/c/1', 'd'];
    const files: { key: string; file: string }[] = [];
    for (const [at, key] of keys.entries()) {
      const file = await get().temporaryPath();
      await writeFile(file, bytes(10 + at));
      files.push({ key, file });
    }
    const adopted = await get().adopt(files);
    assert.deepEqual(
      adopted,
      keys.map((key, at) => ({ key, bytes: 10 + at })),
    );
    for (const [at, key] of keys.entries()) assert.deepEqual(await get().read(key), bytes(10 + at));
    assert.deepEqual(await keysOf(get(), ''), keys);
    assert.deepEqual(await get().adopt([]), []);
  });

  it('gives fresh temporary paths', async () => {
    assert.notEqual(await get().temporaryPath(), await get().temporaryPath());
  });

  it('forgets what is deleted; deleting again changes nothing', async () => {
    await get().put('a/x', bytes(10));
    await get().put('a/y', bytes(10));
    await get().delete('a/x');
    await get().delete('a/x');
    assert.equal(await get().read('a/x'), undefined);
    assert.deepEqual(await keysOf(get(), ''), ['a/y']);
  });
}

function readingContract(get: () => Blobs): void {
  it('answers undefined for keys that are not there, folders among them', async () => {
    await get().put('a/b', bytes(1));
    for (const key of ['c', 'a', 'a/b/c']) {
      assert.equal(await get().head(key), undefined);
      assert.equal(await get().open(key), undefined);
      assert.equal(await get().read(key), undefined);
      await assert.rejects(get().local(key), NotFoundError);
    }
  });

  it('streams ranges, half open', async () => {
    const content = bytes(200_000);
    await get().put('a', content);
    const ranges = [
      { start: 0, end: 1 },
      { start: 1, end: 150_000 },
      { start: 199_999, end: 200_000 },
      { start: 0, end: 200_000 },
      { start: 5, end: 5 },
    ];
    for (const range of ranges) {
      assert.deepEqual(await contentOf(get(), 'a', range), content.subarray(range.start, range.end));
    }
    const part = await get().open('a', { start: 5, end: 9 });
    part?.body.destroy();
    assert.deepEqual(part?.info, { key: 'a', bytes: 200_000 });
  });

  it('refuses ranges outside the blob', async () => {
    await get().put('a', bytes(10));
    const wrong = [
      { start: -1, end: 5 },
      { start: 0, end: 11 },
      { start: 6, end: 5 },
      { start: 0.5, end: 2 },
    ];
    for (const range of wrong) await assert.rejects(get().open('a', range), InvalidInputError);
  });

  it('finishes a read that began before the blob was deleted', async () => {
    const content = bytes(500_000);
    await get().put('a', content);
    const found = await get().open('a');
    await get().delete('a');
    assert.deepEqual(found && (await buffer(found.body)), content);
  });

  it('gives a blob as a local file', async () => {
    await get().put('a/b', bytes(100));
    await using file = await get().local('a/b');
    assert.deepEqual(await readFile(file.path), bytes(100));
  });
}

function keysContract(get: () => Blobs): void {
  const keys = ['a-b/x', 'a.c', 'a/b/c', 'a/b.d', 'a/bc', 'b', 'pictures/00/x', 'pictures/01/x', 'z_1'];

  it('lists keys under a prefix in order', async () => {
    for (const key of keys.toReversed()) await get().put(key, bytes(3));
    const sorted = keys.toSorted();
    for (const prefix of ['', 'a', 'a/', 'a/b', 'a/b/', 'pictures/0', 'pictures/01/x', 'nothing', 'z/']) {
      assert.deepEqual(
        await keysOf(get(), prefix),
        sorted.filter((key) => key.startsWith(prefix)),
        prefix,
      );
    }
  });

  it('refuses keys that could lead elsewhere', async () => {
    for (const key of wrongKeys) {
      await assert.rejects(get().put(key, bytes(1)), InvalidInputError, key);
      await assert.rejects(get().read(key), InvalidInputError, key);
      await assert.rejects(get().delete(key), InvalidInputError, key);
      await assert.rejects(get().local(key), InvalidInputError, key);
    }
    for (const prefix of ['../', '/', 'a/../', '..']) {
      await assert.rejects(async () => keysOf(get(), prefix), InvalidInputError, prefix);
    }
    assert.deepEqual(await keysOf(get(), ''), []);
  });
}
