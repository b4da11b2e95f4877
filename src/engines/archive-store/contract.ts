/** What every archive store must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { InvalidInputError, NotFoundError } from '#kernel/errors';
import type { ArchiveStore } from './port.ts';

/** Runs the suite on what `open` gives: each time without any files. */
export function describeArchiveStore(title: string, open: () => Promise<ArchiveStore>): void {
  describe(title, () => {
    let work: string;
    let store: ArchiveStore;
    before(async () => {
      work = await mkdtemp(path.join(os.tmpdir(), 'pinakes-archive-'));
    });
    after(() => rm(work, { recursive: true }));
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    async function put(name: string, text: string | Buffer): Promise<string> {
      const file = path.join(work, 'file');
      await writeFile(file, text);
      await store.put(name, file);
      return file;
    }
    async function names(prefix: string): Promise<string[]> {
      const all: string[] = [];
      for await (const { name } of store.list(prefix)) all.push(name);
      return all;
    }
    async function read(name: string): Promise<Buffer> {
      await using copy = await store.local(name);
      return readFile(copy.path);
    }

    it('takes a file in whole, and gives the same bytes', async () => {
      const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
      const file = await put('topic=a/hr=01/one.parquet', bytes);
      await assert.rejects(access(file));
      assert.deepEqual(await read('topic=a/hr=01/one.parquet'), bytes);
    });

    it('replaces what is under a name', async () => {
      await put('topic=a/one.parquet', 'old and longer');
      await put('topic=a/one.parquet', 'new');
      assert.equal(String(await read('topic=a/one.parquet')), 'new');
      assert.deepEqual(await names(''), ['topic=a/one.parquet']);
    });

    it('lists by name what begins with a prefix, however deep', async () => {
      for (const name of ['b=1/x', 'a=10/y', 'a=1/c/z', 'a=1/b-2', 'a=1/b-10']) await put(name, name);
      assert.deepEqual(await names('a=1'), ['a=1/b-10', 'a=1/b-2', 'a=1/c/z', 'a=10/y']);
      assert.deepEqual(await names('a=1/'), ['a=1/b-10', 'a=1/b-2', 'a=1/c/z']);
      assert.deepEqual(await names('a=1/b-2'), ['a=1/b-2']);
      assert.deepEqual(await names('nothing/'), []);
    });

    it('says how large files are', async () => {
      await put('a', '12345');
      for await (const file of store.list('')) assert.deepEqual(file, { name: 'a', bytes: 5 });
    });

    it('removes a file, and minds not when there is none', async () => {
      await put('a/b', 'x');
      await store.remove('a/b');
      await store.remove('a/b');
      assert.deepEqual(await names(''), []);
      await assert.rejects(store.local('a/b'), NotFoundError);
    });

    it('shows all files in one local folder, as they are now', async () => {
      await put('a/b', 'one');
      await put('c', 'two');
      await store.mirror();
      await store.remove('c');
      await put('a/d', 'three');
      const folder = await store.mirror();
      assert.equal(await readFile(path.join(folder, 'a/b'), 'utf8'), 'one');
      assert.equal(await readFile(path.join(folder, 'a/d'), 'utf8'), 'three');
      await assert.rejects(access(path.join(folder, 'c')));
    });

    it('refuses names that lead elsewhere', async () => {
      for (const name of ['../a', '/a', 'a/../b', 'a//b', '', '.a', 'a b'])
        await assert.rejects(put(name, 'x'), InvalidInputError);
    });
  });
}
