import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { describeArchiveStore } from './contract.ts';
import { openFolderArchive } from './folder.ts';

let root: string;
before(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'pinakes-archive-'));
});
after(() => rm(root, { recursive: true }));

let opened = 0;
describeArchiveStore('the archive in a folder', () => openFolderArchive(path.join(root, `${opened++}`)));

test('copies that a crash cut off are no files, and go in time', async () => {
  const folder = path.join(root, 'crashed');
  const left = path.join(folder, '_incoming', 'left');
  await mkdir(path.dirname(left), { recursive: true });
  await writeFile(left, 'x');
  const list = async () => Array.fromAsync((await openFolderArchive(folder)).list(''));
  assert.deepEqual(await list(), []);
  await utimes(left, 0, 0);
  await list();
  await assert.rejects(rm(left));
});
