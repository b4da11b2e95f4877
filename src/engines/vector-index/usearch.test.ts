import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { createLog, type Log } from '#kernel/log';
import { vectorIndexContract } from './contract.ts';
import { durableVectorIndexContract } from './contract-durable.ts';
import { clustered, contractDimensions as dimensions, key, numbers } from './contract-fixtures.ts';
import { createExactIndex } from './exact.ts';
import type { VectorEntry, VectorIndex } from './port.ts';
import { openUsearchIndex } from './usearch.ts';

/** A log that keeps the reasons of its warnings. */
function listeningLog(): { log: Log; reasons: string[] } {
  const log = createLog('silent');
  const reasons: string[] = [];
  log.warn = ({ reason }: { reason?: string }) => {
    reasons.push(reason ?? '');
  };
  return { log, reasons };
}

const entries = (count: number, from = 0): VectorEntry[] =>
  clustered(count, 17).map((vector, i) => ({
    key: key(from + i + 1),
    version: 1,
    vector,
    audiences: ['public'],
  }));

/** A child process that adds ten entries at a time, checkpoints with their number as the mark, and says it. */
const endlessWriter = (folder: string): string => `
  const { openUsearchIndex } = await import('${new URL('./usearch.ts', import.meta.url)}');
  const index = await openUsearchIndex({ path: ${JSON.stringify(folder)}, dimensions: ${dimensions} });
  for (let count = await index.size(); ; ) {
    const vector = () => Float32Array.from({ length: ${dimensions} }, () => Math.random() - 0.5);
    await index.upsert(Array.from({ length: 10 }, () => (
      { key: String(++count), version: 1, vector: vector(), audiences: [count % 3 ? 'public' : 'board:1'] })));
    await index.checkpoint(String(count));
    console.log(count);
  }`;

async function killAfter(folder: string, checkpoints: number): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', endlessWriter(folder)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let last = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (--checkpoints === 0) child.kill('SIGKILL');
  }
  await exited;
  return last;
}

describe('openUsearchIndex', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-vectors-'));
  });
  after(() => rm(folder, { recursive: true }));

  let opened = 0;
  const open = (name: string, log?: Log): Promise<VectorIndex> =>
    openUsearchIndex({ path: path.join(folder, name), dimensions, ...(log && { log }) });
  vectorIndexContract('honours the vector index contract', () => open(`contract-${opened++}`));
  durableVectorIndexContract('honours the durable vector index contract', () => open('durable'));

  it('agrees with an exact scan through any mix of changes', async () => {
    const index = await open('mixed');
    const exact = createExactIndex(dimensions);
    const next = numbers(3);
    const pick = <T>(choices: readonly T[]): T =>
      choices[Math.floor(Math.abs(next()) * choices.length)] ?? assert.fail('nothing to pick from');
    const vectors = clustered(50, 21);
    const audiences = [['public'], ['board:1'], ['board:2', 'user:1'], ['public', 'board:1'], []];
    const someKey = (): VectorEntry['key'] => key(1 + Math.floor(Math.abs(next()) * 60));
    const change = () => ({ key: someKey(), version: Math.floor(Math.abs(next()) * 12) });
    for (let round = 0; round < 60; round++) {
      const upserts = Array.from({ length: 8 }, () => ({
        ...change(),
        vector: pick(vectors),
        audiences: pick(audiences),
      }));
      const removals = [change(), change()];
      for (const each of [index, exact]) {
        await each.upsert(upserts);
        await each.remove(removals);
      }
      const query = {
        vector: pick(vectors),
        limit: 60,
        audiences: pick([['public'], ['board:1', 'public'], ['user:1']]),
      };
      const [[ours = []], [truth = []]] = await Promise.all([index.nearest([query]), exact.nearest([query])]);
      const found = new Map(ours.map((match) => [match.key, match.score]));
      assert.equal(ours.length, truth.length);
      for (const match of truth) assert.ok(Math.abs((found.get(match.key) ?? NaN) - match.score) < 0.002);
      assert.equal(await index.size(), await exact.size());
    }
    await index.close();
  });

  it('is as of its last checkpoint after its process is killed, whenever that is', async () => {
    const name = 'killed';
    for (const checkpoints of [1, 3, 6, 2]) {
      const said = await killAfter(path.join(folder, name), checkpoints);
      const index = await open(name);
      const mark = Number(await index.mark());
      assert.ok(mark >= said && said > 0, `said ${said}, kept ${mark}`);
      assert.equal(await index.size(), mark);
      await index.close();
      assert.equal(
        (await readdir(path.join(folder, name))).filter((file) => file.startsWith('gen')).length,
        1,
      );
    }
  });

  it('clears away what a crash left unfinished', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-vectors-'));
    const open = () => openUsearchIndex({ path: folder, dimensions });
    const first = await open();
    await first.upsert(entries(3));
    await first.checkpoint('3');
    await first.close();
    const names = await readdir(folder);
    await writeFile(path.join(folder, 'CURRENT.tmp'), 'gener');
    await mkdir(path.join(folder, 'generation-9'));
    const second = await open();
    assert.deepEqual((await readdir(folder)).sort(), names.sort());
    assert.equal(await second.size(), 3);
    await second.close();
    await rm(folder, { recursive: true });
  });

  it('starts empty, with a warning, when a file is damaged, cut short or missing', async () => {
    const damages = {
      rows: (file: string) => appendFile(file, 'x'),
      ledger: (file: string) => truncate(file, 10),
      graph: async (file: string) => {
        const bytes = await readFile(file);
        bytes.writeUInt8(bytes.readUInt8(5000) ^ 4, 5000);
        await writeFile(file, bytes);
      },
      'manifest.json': (file: string) => rm(file),
    };
    for (const [file, damage] of Object.entries(damages)) {
      const name = `damaged-${file}`;
      const index = await open(name);
      await index.upsert(entries(300));
      await index.checkpoint('m');
      await index.close();
      const generation = (await readFile(path.join(folder, name, 'CURRENT'))).toString();
      await damage(path.join(folder, name, generation, file));
      const { log, reasons } = listeningLog();
      const again = await open(name, log);
      assert.deepEqual([await again.size(), await again.mark(), reasons.length], [0, undefined, 1]);
      await again.upsert(entries(20));
      await again.checkpoint('replayed');
      await again.close();
      const recovered = await open(name, log);
      assert.deepEqual([await recovered.size(), await recovered.mark(), reasons.length], [20, 'replayed', 1]);
      await recovered.close();
    }
  });

  it('starts empty, with a warning, on a foreign pointer or other dimensions, and leaves foreign files alone', async () => {
    const place = path.join(folder, 'foreign');
    await mkdir(place);
    await writeFile(path.join(place, 'CURRENT'), '../elsewhere');
    await writeFile(path.join(place, 'notes.txt'), 'mine');
    const { log, reasons } = listeningLog();
    const index = await open('foreign', log);
    await index.upsert(entries(5));
    await index.checkpoint('m');
    await index.close();
    const wider = await openUsearchIndex({ path: place, dimensions: dimensions + 1, log });
    assert.deepEqual([await wider.size(), await wider.mark()], [0, undefined]);
    await wider.close();
    assert.equal(reasons.length, 2);
    assert.equal((await readFile(path.join(place, 'notes.txt'))).toString(), 'mine');
  });

  it('answers queries while a large change and a checkpoint are under way', async () => {
    const index = await open('busy');
    await index.upsert(entries(2500));
    const order: string[] = [];
    const large = index.upsert(entries(2500, 10_000)).then(() => order.push('change'));
    const query = {
      vector: clustered(1, 5)[0] ?? new Float32Array(dimensions),
      limit: 10,
      audiences: ['public'],
    };
    const [matches = []] = await index.nearest([query]);
    order.push('query');
    await Promise.all([large, index.checkpoint('m')]);
    assert.equal(matches.length, 10);
    assert.deepEqual(order, ['query', 'change']);
    await index.close();
  });
});
