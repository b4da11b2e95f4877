import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import { type SwiftServer, startSwift } from '../../../test/support/swift.ts';
import { describeArchiveStore } from './contract.ts';
import type { ArchiveStore } from './port.ts';
import { openS3Archive, type S3ArchiveOptions } from './s3.ts';

let root: string;
let swift: SwiftServer;
before(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'pinakes-s3-'));
  swift = await startSwift();
});
after(async () => {
  await swift.stop();
  await rm(root, { recursive: true });
});

let opened = 0;
function open(more: Partial<S3ArchiveOptions> = {}): Promise<ArchiveStore> {
  const { bucket, endpoint, keys } = swift;
  const place = { bucket, endpoint, keys, region: 'us-east-1', prefix: `run-${opened++}/` };
  return openS3Archive({ ...place, cache: path.join(root, `cache-${opened}`), ...more });
}

describeArchiveStore('the archive in a bucket', () => open());

async function put(store: ArchiveStore, name: string, text: string): Promise<void> {
  const file = path.join(root, 'file');
  await writeFile(file, text);
  await store.put(name, file);
}

test('lists more files than one page holds, and only those under its prefix', async () => {
  const [store, other] = [await open({ prefix: 'many/', pageSize: 3 }), await open({ prefix: 'many-more/' })];
  await put(other, 'stranger', 'x');
  const names = Array.from({ length: 10 }, (_, n) => `n-${n}`);
  for (const name of names) await put(store, name, name);
  assert.deepEqual(
    (await Array.fromAsync(store.list(''))).map(({ name }) => name),
    names,
  );
  await Promise.all([store.close(), other.close()]);
});

test('a file that another process replaced, or that was cut off in the cache, is fetched again', async () => {
  const options = { prefix: 'shared/' };
  const [store, other] = [await open(options), await open(options)];
  await put(store, 'a', 'old');
  const folder = await other.mirror();
  await put(store, 'a', 'new and longer');
  await other.mirror();
  assert.equal(await readFile(path.join(folder, 'a'), 'utf8'), 'new and longer');
  await truncate(path.join(folder, 'a'), 3);
  await using copy = await other.local('a');
  assert.equal(await readFile(copy.path, 'utf8'), 'new and longer');
  await Promise.all([store.close(), other.close()]);
});

test('an endpoint that refuses or is not there says so', async () => {
  const wrong = await open({ keys: { ...swift.keys, secret: 'wrong' } });
  await assert.rejects(put(wrong, 'a', 'x'), UnavailableError);
  const gone = await open({ endpoint: 'http://127.0.0.1:1' });
  await assert.rejects(Array.fromAsync(gone.list('')), UnavailableError);
  await Promise.all([wrong.close(), gone.close()]);
});
