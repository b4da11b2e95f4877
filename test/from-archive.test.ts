/** A site whose log has let go of its beginning: what is derived is made again from the archive and the log behind it. */
import assert from 'node:assert/strict';
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Command } from '#apps/cli/command';
import { doctor } from '#apps/cli/commands/doctor';
import { rebuild } from '#apps/cli/commands/rebuild';
import type { Json } from '#kernel/json';
import type { RecoverReport } from '#services/backups/contract';
import type { SearchAnswer } from '#services/search/contract';
import {
  archiveAll,
  begin,
  cutLog,
  derivedOf,
  goOn,
  keptOf,
  type Library,
  libraryAt,
  rankedOf,
} from './support/derived-things.ts';
import { pinakesJson } from './support/programs.ts';
import { freshFolder, type Site, startSiteIn } from './support/site.ts';

interface Rebuilt {
  readonly rebuilt: readonly { readonly name: string; readonly events: number }[];
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
}

let folder: string;
let site: Site;
let library: Library;
let truth: {
  readonly derived: Awaited<ReturnType<typeof derivedOf>>;
  readonly ranked: Awaited<ReturnType<typeof rankedOf>>;
};
before(async () => {
  folder = await freshFolder();
  site = await startSiteIn(folder);
  library = await begin(site);
  await archiveAll(site);
  await goOn(site, library, 'quince');
});
after(async () => {
  await site.close().catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
});

/** A command as the command line has it done by the process that holds the data. */
const command = (done: Command, input: Record<string, Json> = {}) =>
  done(input, {
    app: site.app,
    report: { progress: () => undefined, note: () => undefined },
    signal: AbortSignal.timeout(60_000),
  });
async function rebuildAll(more: Record<string, Json> = {}) {
  const { json, text, exitCode } = await command(rebuild, { name: 'all', ...more });
  return { ...(json as unknown as Rebuilt), text, exitCode };
}
const archiveFolder = () => path.join(folder, 'data', 'archive');
const away = () => path.join(folder, 'away');

async function assertSame(): Promise<void> {
  assert.deepEqual(await derivedOf(site, library), truth.derived);
  assert.deepEqual(await rankedOf(site, library), truth.ranked);
}

async function assertSound(): Promise<void> {
  const { exitCode, text } = await command(doctor);
  assert.equal(exitCode, 0, text);
}

test('from the whole log, everything derived is made again as it was', async () => {
  const derived = await derivedOf(site, library);
  const [ada] = derived.insights;
  assert.deepEqual(ada?.totals, { impressions: 6, closeups: 6, clicks: 6, saves: 4 });
  assert.equal((await rebuildAll()).exitCode, 0);
  assert.deepEqual(await derivedOf(site, library), derived);
  const ranked = await rankedOf(site, library);
  for (const { home, related } of ranked.recommended) assert.ok(home.length > 5 && related.length > 5);
  truth = { derived, ranked };
});

test('from an archive and the log behind it, everything derived is made again as it was', async () => {
  await cutLog(site);
  const { logged, kept } = await keptOf(site);
  assert.ok(kept > 10 && kept < logged - 40, `${kept} of ${logged}`);
  const { rebuilt, refused } = await rebuildAll();
  assert.deepEqual(refused, []);
  assert.equal(rebuilt.length, site.app.services.events.consumers.length);
  site = await site.restart();
  library = libraryAt(site, library);
  await assertSame();
  await assertSound();
});

test('without the archive, a rebuild says that the beginning is gone and changes nothing', async () => {
  await rename(archiveFolder(), away());
  const { exitCode, rebuilt, refused } = await rebuildAll();
  assert.equal(exitCode, 1);
  assert.deepEqual(rebuilt, []);
  assert.equal(refused.length, site.app.services.events.consumers.length);
  for (const { reason } of refused) assert.match(reason, /the first \d+ events of "\w+".* are kept neither/);
  await assertSame();
});

test('what is left can be asked for without the archive, and the rest comes back with it', async () => {
  const titles = async () => {
    const { pins } = await site.visitor().read<SearchAnswer>('/api/search?q=pie');
    return new Set(pins.map(({ title }) => title.split(' ')[0]).filter((word) => word !== 'plum'));
  };
  assert.equal((await rebuildAll({ partial: true })).exitCode, 0);
  assert.deepEqual(await titles(), new Set(['quince']));
  await rename(away(), archiveFolder());
  assert.equal((await rebuildAll()).exitCode, 0);
  assert.deepEqual(await titles(), new Set(['quince', 'apple']));
  await assertSame();
});

test('a lost database comes back from the archive alone', async () => {
  await archiveAll(site);
  await cutLog(site);
  assert.equal((await keptOf(site)).kept, 0);
  await site.close();
  const shards = path.join(folder, 'data', 'shards');
  for (const name of await readdir(shards)) if (name.includes('.sqlite')) await rm(path.join(shards, name));
  const { code, json } = await pinakesJson<RecoverReport>(site.data, 'recover', '--since', '1d');
  assert.equal(code, 0, JSON.stringify(json));
  site = await startSiteIn(folder);
  library = libraryAt(site, library);
  await site.drain();
  await assertSame();
  await assertSound();
});
