/** kill -9 in the middle of an import, again and again. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { ImportReport } from '#services/imports/contract';
import { writeCollection } from './support/collection.ts';
import { type Program, pinakesJson, startPinakes, startServerProcess } from './support/programs.ts';
import { freshFolder } from './support/site.ts';
import { verifyFolder } from './support/verify-import.ts';

const total = 60;
/** How often an import dies, and twice as often as a server does; set it higher for more moments. */
const kills = Number(process.env['PINAKES_CRASH_KILLS'] ?? 2);
let folder: string;
let photos: string;
before(async () => {
  folder = await freshFolder();
  photos = path.join(folder, 'photos');
  await writeCollection(photos, total);
});
after(() => rm(folder, { recursive: true, force: true }));

/** A moment of the import: some milliseconds after its progress has reached a count, or after its start. */
interface Moment {
  readonly count: number;
  readonly ms: number;
}

/** Kills a process at a moment of its import; answers how many pictures were reported done by then. */
async function killAt(victim: Program, importer: Program, { count, ms }: Moment): Promise<number> {
  let done = 0;
  const kill = () => setTimeout(() => victim.child.kill('SIGKILL'), ms);
  let timer = count === 0 ? kill() : undefined;
  importer.onNote((line) => {
    done = Math.max(done, Number(/^Importing (\d+)\//.exec(line)?.[1] ?? 0));
    if (done >= count) timer ??= kill();
  });
  const end = await victim.finished;
  clearTimeout(timer);
  assert.equal(end.signal, 'SIGKILL', `it ended by itself: ${end.stderr}`);
  return done;
}

const importWords = ['import', '', '--board-by', 'category', '--json'];

function startImport(data: string): Program {
  return startPinakes(
    data,
    importWords.map((word) => word || photos),
  );
}

async function finishImport(data: string): Promise<void> {
  const { code, json, stderr } = await pinakesJson<ImportReport>(
    data,
    'import',
    photos,
    '--board-by',
    'category',
  );
  assert.equal(code, 0, stderr);
  assert.deepEqual([json.imported + json.skipped, json.failed], [total, 0]);
}

/** Random moments that get further and further, so that every stage of an import is met. */
function moments(rounds: number): Moment[] {
  return Array.from({ length: rounds }, (_, round) => ({
    count: Math.floor((round * total * 0.9) / rounds),
    ms: Math.floor(Math.random() * (round === 0 ? 1500 : 120)),
  }));
}

test('an import that is killed over and over loses nothing, doubles nothing, and can be finished', async () => {
  const root = path.join(folder, 'import');
  const data = path.join(root, 'data');
  let acknowledged = 0;
  for (const [round, moment] of moments(kills).entries()) {
    const importer = startImport(data);
    acknowledged = Math.max(acknowledged, await killAt(importer, importer, moment));
    // Every third time nothing looks after the data before the next import does.
    if (round % 3 === 2) continue;
    const { pins } = await verifyFolder(root);
    assert.ok(
      pins >= acknowledged,
      `round ${round} (${JSON.stringify(moment)}): ${pins} of ${acknowledged} pins`,
    );
  }
  await finishImport(data);
  assert.deepEqual(await verifyFolder(root), { pins: total, pictures: total });
});

test('a server that is killed during an import comes back whole, and the import is finished on it', async () => {
  const root = path.join(folder, 'server');
  const data = path.join(root, 'data');
  let acknowledged = 0;
  for (const { count, ms } of moments(Math.ceil(kills / 2))) {
    const server = await startServerProcess(data);
    const importer = startImport(data);
    // Not before its first picture: an importer that finds no server opens the data itself.
    acknowledged = Math.max(acknowledged, await killAt(server, importer, { count: count + 1, ms: ms % 120 }));
    const { code, stderr } = await importer.finished;
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^pinakes: .+/m);
    assert.doesNotMatch(stderr, /\bat .+:\d+:\d+/, 'no stack');
  }
  const { pins } = await verifyFolder(root);
  assert.ok(pins >= acknowledged, `${pins} of ${acknowledged} pins`);
  const server = await startServerProcess(data);
  await finishImport(data);
  server.child.kill('SIGTERM');
  assert.equal((await server.finished).code, 0);
  assert.deepEqual(await verifyFolder(root), { pins: total, pictures: total });
});
