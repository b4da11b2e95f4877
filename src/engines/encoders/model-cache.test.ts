/** Kept files: made once, whole for everyone, mended when damaged. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { keptFile } from './model-cache.ts';

const content = Buffer.alloc(300_000, 'a model');
let folder: string;
let file: string;
let made: number;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-kept-'));
  file = path.join(folder, 'cache', 'model.onnx');
  made = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function make(): Promise<Uint8Array> {
  made += 1;
  return content;
}

const ask = async () => Buffer.compare(await keptFile(file, make), content);

test('a file is made once', async () => {
  assert.equal(await ask(), 0);
  assert.equal(await ask(), 0);
  assert.equal(made, 1);
});

test('what was cut short, or grew, is made again', async () => {
  await ask();
  await truncate(file, 1000);
  assert.equal(await ask(), 0);
  await writeFile(file, Buffer.alloc(10), { flag: 'a' });
  assert.equal(await ask(), 0);
  assert.equal(made, 3);
  assert.equal((await readFile(file)).byteLength, content.byteLength + 32);
  assert.equal(await ask(), 0);
  assert.equal(made, 3);
});

test('those who ask at once are all given whole content, and nothing else is left in the folder', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, ask));
  assert.deepEqual(new Set(answers), new Set([0]));
  assert.deepEqual(await readdir(path.dirname(file)), ['model.onnx']);
  const before = made;
  assert.equal(await ask(), 0);
  assert.equal(made, before);
});
