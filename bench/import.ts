/**
 * `import`: photos a second through the whole path (hash, store, job, derivatives, colours, hashes, features, pin, indexes)
 * against the sum of the parts that nothing can avoid: one decode, four WebP files and the encoder, run bare on as many threads.
 */

import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { composeApp } from '#apps/compose';
import { loadConfig } from '#apps/config/config';
import { readEnvironment } from '#apps/config/env';
import { system } from '#kernel/actor';
import { type Bench, inTurn, median, medianRatio } from './bench.ts';
import { fillWithPhotos } from './photos.ts';

const rounds = 3;
const threads = 2;

async function importOnce(photos: string, data: string, count: number): Promise<number> {
  const config = loadConfig(
    readEnvironment({ PINAKES_DATA: data, PINAKES_LOG: 'error', PINAKES_WORKERS: String(threads) }),
  );
  const app = await composeApp(config);
  await app.start();
  // A server's are ready half a second after it listens; those of the bare side begin before its clock as well.
  await app.engines.pictures.start();
  try {
    const { person } = await app.services.accounts.ensureOwner(system, 'owner');
    const start = performance.now();
    const report = await app.services.imports.importFolder(person, { folder: photos, boardBy: 'folder' });
    await app.services.events.drain();
    const taken = (performance.now() - start) / 1000;
    if (report.imported !== count) throw new Error(`${report.imported} of ${count} imported`);
    return count / taken;
  } finally {
    await app.stop();
    await rm(data, { recursive: true, force: true });
  }
}

async function bareOnce(photos: readonly string[], folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./bare-worker.ts', import.meta.url), { workerData: { folder } }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const start = performance.now();
  await Promise.all(
    workers.map(async (worker, lane) => {
      worker.postMessage(photos.filter((_, n) => n % threads === lane));
      await once(worker, 'message');
    }),
  );
  const taken = (performance.now() - start) / 1000;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return photos.length / taken;
}

/** Size: photos. */
export const importBench: Bench = {
  name: 'import',
  defaultSize: 200,
  async run(size) {
    const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-bench-'));
    try {
      const photos = await fillWithPhotos(path.join(folder, 'photos'), size);
      // The network is converted at the very first start of an installation; that is not part of an import.
      await importOnce(path.join(folder, 'photos'), path.join(folder, 'warm-up'), size);
      const runs = await inTurn(
        rounds,
        () => importOnce(path.join(folder, 'photos'), path.join(folder, 'data'), size),
        () => bareOnce(photos, path.join(folder, 'bare')),
      );
      return {
        ours: { photos_per_s: median(runs.a) },
        peer: {},
        limit: { parts_photos_per_s: median(runs.b) },
        ratio: { parts: medianRatio(runs.a, runs.b) },
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
