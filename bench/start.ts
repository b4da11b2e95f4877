/** `start`: from `npm start` to the first page, and memory with `size` photos. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Bench, inTurn, median, medianRatio, seconds } from './bench.ts';
import { fillWithPhotos } from './photos.ts';
import { firstPage, memoryOf, npmStart, pinakes } from './process.ts';

const rounds = 5;

async function startOnce(data: string): Promise<number> {
  let stop = async () => {};
  const taken = await seconds(async () => {
    const started = await npmStart(data);
    stop = started.stop;
    await firstPage(started.url);
  });
  await stop();
  return taken;
}

/** The floor under every start: npm running a script that does nothing in the same Node.js. */
async function emptyScript(): Promise<number> {
  return seconds(() => once(spawn('npm', ['exec', '--', 'node', '-e', '0'], { stdio: 'ignore' }), 'exit'));
}

/** Size: photos in the library. */
export const startBench: Bench = {
  name: 'start',
  defaultSize: 800,
  async run(size) {
    const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-bench-'));
    const data = path.join(folder, 'data');
    try {
      await fillWithPhotos(path.join(folder, 'photos'), size);
      const first = await npmStart(data);
      await firstPage(first.url);
      await pinakes(first, 'import', path.join(folder, 'photos'));
      await firstPage(first.url);
      const memory = await memoryOf(first);
      await first.stop();
      const runs = await inTurn(rounds, () => startOnce(data), emptyScript);
      return {
        ours: { first_page_s: median(runs.a), rss_mb: memory.rss, rss_peak_mb: memory.peak },
        peer: {},
        limit: { empty_script_s: median(runs.b) },
        ratio: { empty_script: medianRatio(runs.a, runs.b) },
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
