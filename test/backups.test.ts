/** Backups of a site in use, and shards made again under it. */
import assert from 'node:assert/strict';
import { cp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type Id, shardOf } from '#kernel/ids';
import type { Page } from '#kernel/schema';
import type { BackupReport, RestoreReport, VerifyReport } from '#services/backups/contract';
import type { BoardView } from '#services/boards/contract';
import type { PinView } from '#services/pins/contract';
import type { SearchAnswer } from '#services/search/contract';
import { damageFile } from './support/backup-bed.ts';
import { softPicture } from './support/pictures.ts';
import { pinakes, pinakesJson } from './support/programs.ts';
import { freshFolder, type Site, startSiteIn } from './support/site.ts';
import { password, type Visitor } from './support/visitor.ts';

interface Sound {
  readonly sound: boolean;
  readonly findings: { readonly check: string; readonly problems: string[] }[];
}

let folder: string;
let data: string;
let backup: string;
let site: Site;
let ada: Visitor;
let board: BoardView;
let pins: PinView[];
before(async () => {
  folder = await freshFolder();
  data = path.join(folder, 'data');
  backup = path.join(folder, 'backup');
  site = await startSiteIn(folder);
  ada = await site.member('ada');
  board = await ada.board('Pies');
  pins = [];
  for (let n = 0; n < 4; n += 1) pins.push(await pin(n));
  await site.drain();
});
after(async () => {
  await site.close().catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
});

async function pin(n: number): Promise<PinView> {
  return ada.pin(board.id, await softPicture(n), { title: `quince ${n}` });
}

async function titles(visitor: Visitor): Promise<string[]> {
  const page = await visitor.read<Page<PinView>>(`/api/boards/${board.id}/pins`);
  return page.items.map(({ title }) => title).sort();
}

/** The shard that holds what people see of these tests. */
const shard = () => shardOf(board.id as Id);
const shardFile = () => path.join(data, 'shards', `${String(shard()).padStart(5, '0')}.sqlite`);

async function goOn(): Promise<void> {
  site = await startSiteIn(folder);
  ada = Object.assign(site.visitor(), { me: ada.me });
  await ada.expect(200, 'POST', '/api/sessions', { name: 'ada', password: password });
  await site.drain();
}

async function assertSound(): Promise<void> {
  const { json } = await pinakesJson<Sound>(data, 'doctor');
  const bad = json.findings.filter(({ problems }) => problems.length > 0);
  assert.deepEqual(bad, []);
}

test('a backup is taken from the server at work and found whole', async () => {
  const { code, json, stderr } = await pinakesJson<BackupReport>(data, 'backup', backup);
  assert.equal(code, 0, stderr);
  assert.equal(json.shards, 64);
  const verified = await pinakesJson<VerifyReport>(data, 'backup', 'verify', backup);
  assert.equal(verified.code, 0);
  assert.deepEqual(verified.json, { shards: 64, rows: json.rows, problems: [] });
  const again = await pinakes(data, 'backup', backup);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /holds a backup already/);
});

test('a restore is refused while a server runs, and without naming shards of a site that holds data', async () => {
  const running = await pinakes(data, 'restore', backup, '--shard', String(shard()));
  assert.equal(running.code, 1);
  assert.match(running.stderr, /stop it first/);
  pins.push(await pin(4));
  const [first] = pins;
  await ada.patch(`/api/pins/${first?.id}`, { title: 'quince 0, renamed' });
  await site.close();
  const unnamed = await pinakes(data, 'restore', backup);
  assert.equal(unnamed.code, 1);
  assert.match(unnamed.stderr, /not empty/);
});

test('a damaged backup is refused with nothing changed', async () => {
  const damaged = path.join(folder, 'damaged');
  await cp(backup, damaged, { recursive: true });
  const file = `shard-${String(shard()).padStart(5, '0')}.jsonl.zst`;
  await damageFile(path.join(damaged, file));
  const refused = await pinakes(data, 'restore', damaged, '--shard', String(shard()));
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, new RegExp(file));
  const verified = await pinakesJson<VerifyReport>(data, 'backup', 'verify', damaged);
  assert.equal(verified.code, 1);
  assert.equal(verified.json.problems.length, 1);
  await goOn();
  assert.deepEqual(await titles(ada), ['quince 0, renamed', 'quince 1', 'quince 2', 'quince 3', 'quince 4']);
});

test('a destroyed shard comes back to the last save that was acknowledged', async () => {
  pins.push(await pin(5));
  const expected = await titles(ada);
  await site.close();
  const own = (await readdir(path.dirname(shardFile()))).filter((name) =>
    name.startsWith(path.basename(shardFile())),
  );
  assert.ok(own.length > 0);
  for (const name of own) await rm(path.join(path.dirname(shardFile()), name));
  const { code, json, stderr } = await pinakesJson<RestoreReport>(
    data,
    ...['restore', backup, '--shard', String(shard())],
  );
  assert.equal(code, 0, `${stderr} ${json.problems.join()}`);
  assert.deepEqual([json.shards, json.undone, json.told], [1, 0, 0]);
  await goOn();
  assert.deepEqual(await titles(ada), expected);
  pins.push(await pin(6));
  assert.equal((await titles(ada)).length, 7);
  await site.close();
  await assertSound();
  await goOn();
});

test('a board that was removed by mistake comes back with its pins, to every index', async () => {
  const expected = await titles(ada);
  await site.drain();
  const until = new Date().toISOString();
  while (Date.now() <= Date.parse(until)) await new Promise(setImmediate);
  await ada.expect(204, 'DELETE', `/api/boards/${board.id}`);
  await site.drain();
  assert.equal((await ada.get(`/api/boards/${board.id}/pins`)).status, 404);
  await site.close();
  const { code, json, stderr } = await pinakesJson<RestoreReport>(
    data,
    ...['restore', backup, '--shard', String(shard()), '--until', until],
  );
  assert.equal(code, 0, `${stderr} ${json.problems.join()}`);
  assert.ok(json.undone > 7);
  await goOn();
  assert.deepEqual(await titles(ada), expected);
  const found = await ada.read<SearchAnswer>('/api/search?q=quince');
  assert.deepEqual(found.pins.map(({ title }) => title).sort(), expected);
  await site.close();
  await assertSound();
  await goOn();
});

test('an empty installation becomes the one of the backup, indexes and all', async () => {
  await site.close();
  const elsewhere = path.join(folder, 'elsewhere');
  const fresh = path.join(elsewhere, 'data');
  const { code, json, stderr } = await pinakesJson<RestoreReport>(fresh, 'restore', backup);
  assert.equal(code, 0, `${stderr} ${json.problems.join()}`);
  assert.ok(json.told >= 10);
  const copy = await startSiteIn(elsewhere);
  try {
    await copy.drain();
    assert.deepEqual(await titles(copy.visitor()), ['quince 0', 'quince 1', 'quince 2', 'quince 3']);
    const found = await copy.visitor().read<SearchAnswer>('/api/search?q=quince');
    assert.equal(found.pins.length, 4);
    await copy.visitor().expect(200, 'POST', '/api/sessions', { name: 'ada', password });
  } finally {
    await copy.close();
  }
  await goOn();
});
