import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { blobsContract } from './contract.ts';
import { openDiskBlobs } from './disk.ts';

describe('openDiskBlobs', () => {
  let root: string;
  let opened = 0;
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'pinakes-blobs-'));
  });
  after(() => rm(root, { recursive: true }));

  blobsContract('honours the blobs contract', () => {
    opened += 1;
    return openDiskBlobs({ folder: path.join(root, `contract-${opened}`) });
  });

  it('keeps blobs over a restart and removes what was half written', async () => {
    const folder = path.join(root, 'restart');
    const first = await openDiskBlobs({ folder });
    await first.put('a/b', Buffer.from('kept'));
    const leftOver = await first.temporaryPath();
    await writeFile(leftOver, 'half');
    await mkdir(await first.temporaryPath());
    await first.close();
    const second = await openDiskBlobs({ folder });
    assert.equal(String(await second.read('a/b')), 'kept');
    assert.deepEqual(await readdir(path.dirname(leftOver)), []);
    await second.close();
  });

  it('leaves no temporary file behind a write that failed', async () => {
    const folder = path.join(root, 'failed');
    const blobs = await openDiskBlobs({ folder });
    await blobs.put('a', Buffer.from('file'));
    await assert.rejects(blobs.put('a/b', Buffer.from('below a file')));
    assert.deepEqual(await readdir(path.dirname(await blobs.temporaryPath())), []);
    await blobs.close();
  });

  it('never writes outside its folder', async () => {
    const folder = path.join(root, 'jail', 'blobs');
    const blobs = await openDiskBlobs({ folder });
    for (const key of ['../escaped', 'a/../../escaped', '..']) {
      await assert.rejects(blobs.put(key, Buffer.from('x')));
    }
    assert.deepEqual(await readdir(path.join(root, 'jail')), ['blobs']);
    await blobs.close();
  });
});
