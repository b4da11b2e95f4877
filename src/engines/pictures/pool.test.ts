import assert from 'node:assert/strict';
import { it } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import { picturesContract } from './contract.ts';
import { createLazyPicturePool, createPicturePool } from './pool.ts';

const workerUrl = new URL('./contract-worker.ts', import.meta.url);
const limits = { bytes: 1, pixels: 1, frames: 1 };

picturesContract('createPicturePool', () => createPicturePool({ workers: 2, workerUrl, options: {} }));

it('a pool knows the encoder of its workers', async () => {
  const pool = await createPicturePool({ workerUrl, options: {} });
  assert.deepEqual([pool.encoder, pool.dimensions], ['plain@1', 48]);
  await pool.close();
});

it('a closed pool refuses, and may be closed twice', async () => {
  const pool = await createPicturePool({ workerUrl, options: {} });
  await pool.close();
  await pool.close();
  await assert.rejects(pool.encode({ source: 'x', limits }), UnavailableError);
  await assert.rejects(pool.probe('x', limits), UnavailableError);
});

it('a pool whose worker cannot start fails at once', async () => {
  const missing = new URL('./no-such-worker.ts', import.meta.url);
  await assert.rejects(createPicturePool({ workerUrl: missing, options: {} }));
});

it('lazy threads begin with the first request, and say so when their encoder is another than was said', async () => {
  const said = { encoder: 'another', dimensions: 3 };
  const missing = createLazyPicturePool(
    { workerUrl: new URL('./nowhere.ts', import.meta.url), options: {} },
    said,
  );
  assert.equal(missing.encoder, 'another');
  await assert.rejects(missing.start());
  await missing.close();
  const pool = createLazyPicturePool({ workerUrl, options: {} }, said);
  await assert.rejects(pool.start(), /not another/);
  await pool.close();
  await assert.rejects(pool.start(), UnavailableError);
});
