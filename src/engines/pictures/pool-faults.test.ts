import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createPicturePool } from './pool.ts';

/** A worker that answers everything but one request, at which its thread dies. */
const mortal = `
  import { existsSync, writeFileSync } from 'node:fs';
  import { setTimeout } from 'node:timers/promises';
  export default async ({ verb, request }) => {
    if (verb === 'hello') return { ok: true, value: { encoder: 'none', dimensions: 1 } };
    if (!existsSync(request.source)) {
      writeFileSync(request.source, '');
      setImmediate(() => { throw new Error('died at work'); });
      await setTimeout(60_000);
    }
    return { ok: true, value: new Float32Array(1) };
  };`;

test('a thread that dies at work fails what it was at, is replaced, and the process lives', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-pool-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'mortal.mjs');
  await writeFile(file, mortal);
  const pool = await createPicturePool({ workerUrl: pathToFileURL(file), options: {} });
  const request = { source: path.join(folder, 'died'), limits: { bytes: 1, pixels: 1, frames: 1 } };
  await assert.rejects(pool.encode(request), /died at work/);
  assert.equal((await pool.encode(request)).length, 1);
  await pool.close();
});
