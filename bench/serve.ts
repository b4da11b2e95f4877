/** `serve`: cached picture requests a second over HTTP, against a plain static file server in Node with the same files. */

import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import autocannon from 'autocannon';
import { type Bench, inTurn, median, medianRatio } from './bench.ts';
import { fillWithPhotos } from './photos.ts';
import { firstPage, freePort, npmStart, pinakes } from './process.ts';

const rounds = 5;
const connections = 32;
const roundSeconds = 4;

async function requestsPerSecond(url: string, paths: readonly string[]): Promise<number> {
  const run = await autocannon({
    url,
    connections,
    duration: roundSeconds,
    requests: paths.map((one) => ({ path: one })),
  });
  if (run.non2xx > 0 || run.errors > 0)
    throw new Error(`${run.non2xx} refused, ${run.errors} failed at ${url}`);
  return run.requests.average;
}

/** The signatures in a data folder, from the names of its blobs. */
async function signatures(data: string): Promise<string[]> {
  const names = await readdir(path.join(data, 'blobs'), { recursive: true });
  return [...new Set(names.flatMap((name) => /([0-9a-f]{64})\/474\.webp$/.exec(name)?.[1] ?? []))];
}

/** Size: photos that are served in turn. */
export const serveBench: Bench = {
  name: 'serve',
  defaultSize: 100,
  async run(size) {
    const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-bench-'));
    const data = path.join(folder, 'data');
    const started = await npmStart(data);
    try {
      await fillWithPhotos(path.join(folder, 'photos'), size);
      await firstPage(started.url);
      await pinakes(started, 'import', path.join(folder, 'photos'));
      const found = await signatures(data);
      const files = path.join(data, 'blobs');
      const port = await freePort();
      const peer = new Worker(new URL('./static-server.ts', import.meta.url), {
        workerData: { files, port },
      });
      const [paths] = (await once(peer, 'message')) as [Record<string, string>];
      const ours = found.map((signature) => `/img/${signature}/474.webp`);
      const theirs = found.map((signature) => paths[signature] ?? '/missing');
      const runs = await inTurn(
        rounds,
        () => requestsPerSecond(started.url, ours),
        () => requestsPerSecond(`http://127.0.0.1:${port}`, theirs),
      );
      await peer.terminate();
      return {
        ours: { requests_per_s: median(runs.a) },
        peer: { static_requests_per_s: median(runs.b) },
        limit: {},
        ratio: { static: medianRatio(runs.a, runs.b) },
      };
    } finally {
      await started.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
