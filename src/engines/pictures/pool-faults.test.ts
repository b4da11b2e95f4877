import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createPicturePool } from './pool.ts';

/** A worker that answers everything, and dies once right after it was greeted. */
const mortal = `
  let greeted = false;
  export default ({ verb }) => {
    if (verb === 'hello' && !greeted) setImmediate(() => { throw new Error('died idle'); });
    greeted = true;
    return { ok: true, value: verb === 'hello' ? { encoder: 'none', dimensions: 1 } : new Float32Array(1) };
  };`;

test('a thread that dies while idle is told of and replaced, and the process lives', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-pool-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'mortal.mjs');
  await writeFile(file, mortal);
  const fault = Promise.withResolvers<unknown>();
  const pool = await createPicturePool({
    workerUrl: pathToFileURL(file),
    options: {},
    onFault: fault.resolve,
  });
  assert.match(String(await fault.promise), /died idle/);
  const features = await pool.encode({ source: 'any', limits: { bytes: 1, pixels: 1, frames: 1 } });
  assert.equal(features.length, 1);
  await pool.close();
});
