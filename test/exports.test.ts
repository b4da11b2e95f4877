/** Exports: everything of one's own as one ZIP, taken away and brought in again. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { unzipSync } from 'fflate';
import sharp from 'sharp';
import { system } from '#kernel/actor';
import type { Page } from '#kernel/schema';
import type { BoardView } from '#services/boards/contract';
import type { ExportView } from '#services/exports/contract';
import type { PinView } from '#services/pins/contract';
import { softPicture } from './support/pictures.ts';
import { pinakesJson } from './support/programs.ts';
import { freshFolder, type Site, startSiteIn } from './support/site.ts';
import { assertRefused, type Visitor } from './support/visitor.ts';

type Files = Record<string, Uint8Array>;

let folder: string;
let site: Site;
let ada: Visitor;
let ben: Visitor;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const where = { IFD3: { GPSLatitude: '52/1 0/1 0/1', GPSLatitudeRef: 'N' } };
const withPlace = async (n: number) =>
  sharp(await softPicture(n))
    .withExif(where)
    .jpeg()
    .toBuffer();

before(async () => {
  folder = await freshFolder();
  site = await startSiteIn(folder);
  ada = await site.member('ada');
  ben = await site.member('ben');
  const pies = await ada.board('Pies & "tarts"', { description: 'Of all\nsorts' });
  const hush = await ada.board('Hush', { secret: true });
  await ada.board('Empty', { description: 'not yet' });
  const words = {
    title: 'Quince',
    description: 'Two\nlines, “quoted”',
    altText: 'A pie',
    tags: ['pie', 'Über'],
    link: 'https://example.org/pie?a=1',
    credit: { author: 'Ana', source: 'https://example.org/ana', licence: 'CC BY 4.0' },
  };
  const first = await ada.pin(pies.id, await withPlace(1), words);
  await ada.pin(pies.id, await softPicture(2));
  await ada.pin(hush.id, await softPicture(3), { title: 'Nobody knows' });
  await ada.expect(201, 'POST', `/api/pins/${first.id}/save`, { boardId: hush.id });
  const theirs = await ben.pin((await ben.board('Bread')).id, await withPlace(4), { title: 'Loaf' });
  await ada.expect(201, 'POST', `/api/pins/${theirs.id}/save`, { boardId: pies.id });
  await site.drain();
});
after(() => site.stop());

/** Everything that makes a board and a pin what they are, but for ids and times. */
async function library(visitor: Visitor): Promise<unknown> {
  const boards = await visitor.read<Page<BoardView>>(`/api/users/${visitor.me?.name}/boards?limit=100`);
  const all = await Promise.all(
    boards.items.map(async ({ id, name, description, secret }) => {
      const { items } = await visitor.read<Page<PinView>>(`/api/boards/${id}/pins?limit=100`);
      const pins = items.map(({ title, description: text, altText, tags, link, credit, picture }) =>
        JSON.stringify({ title, text, altText, tags, link, credit, size: [picture.width, picture.height] }),
      );
      return { name, description, secret, pins: pins.toSorted() };
    }),
  );
  return all.toSorted((a, b) => a.name.localeCompare(b.name));
}

async function download(visitor: Visitor): Promise<Uint8Array> {
  const answer = await fetch(`${site.url}/api/me/export/file`, { headers: { cookie: visitor.cookie ?? '' } });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-disposition') ?? '', /attachment; filename="pinakes-[\d-]+\.zip"/);
  assert.match(answer.headers.get('cache-control') ?? '', /no-store/);
  return new Uint8Array(await answer.arrayBuffer());
}

async function unpack(files: Files, to: string): Promise<void> {
  await mkdir(path.join(to, 'pictures'), { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(path.join(to, name), bytes);
}

test('an export holds everything of one’s own, and nothing that tells where others’ photos were taken', async () => {
  assert.equal((await ada.read<ExportView>('/api/me/export')).state, 'none');
  const begun = await ada.expect<ExportView>(202, 'POST', '/api/me/export');
  assert.match(begun.state, /pending|running|ready/);
  await site.drain();
  const ready = await ada.read<ExportView>('/api/me/export');
  assert.equal(ready.state, 'ready', ready.error ?? '');
  const zip = await download(ada);
  assert.equal(zip.length, ready.bytes);
  const files: Files = unzipSync(zip);
  const text = (name: string) => Buffer.from(files[name] ?? []).toString();
  assert.deepEqual(JSON.parse(text('summary.json')), { boards: 3, pins: 5, pictures: 4, missing: 0 });
  assert.equal(JSON.parse(text('profile.json')).name, 'ada');
  const pictures = Object.entries(files).filter(([name]) => name.startsWith('pictures/'));
  assert.equal(pictures.length, 4);
  assert.equal(sha256(files['pictures/0000001.jpg'] ?? new Uint8Array()), sha256(await withPlace(1)));
  const loaf = text('metadata.jsonl')
    .split('\n')
    .map((line) => JSON.parse(line || '{}'))
    .find(({ title }) => title === 'Loaf');
  assert.equal((await sharp(files[loaf.file]).metadata()).exif, undefined);
  await unpack(files, path.join(folder, 'unpacked'));
});

test('brought in again it gives the same boards and pins, once however often', async () => {
  const cleo = await site.member('cleo');
  const person = await site.app.services.accounts.actorByName(system, 'cleo');
  const request = { folder: path.join(folder, 'unpacked'), boardBy: 'category' } as const;
  const report = await site.app.services.imports.importFolder(person, request);
  assert.deepEqual([report.imported, report.failed], [4, 0], JSON.stringify(report.failures));
  await site.drain();
  assert.deepEqual(await library(cleo), await library(ada));
  const again = await site.app.services.imports.importFolder(person, request);
  assert.deepEqual([again.imported, again.skipped], [0, 4]);
  await site.drain();
  assert.deepEqual(await library(cleo), await library(ada));
});

test('what was secret is never put on a public board of that name', async () => {
  const dora = await site.member('dora');
  await dora.board('Hush');
  const person = await site.app.services.accounts.actorByName(system, 'dora');
  const request = { folder: path.join(folder, 'unpacked'), boardBy: 'category' } as const;
  const report = await site.app.services.imports.importFolder(person, request);
  assert.ok(report.failed > 0);
  assert.match(report.failures[0]?.reason ?? '', /"Hush" as secret/);
  assert.doesNotMatch(JSON.stringify(await library(dora)), /Nobody knows/);
  const byFolder = await site.app.services.imports.importFolder(person, { ...request, boardBy: 'folder' });
  assert.match(byFolder.failures[0]?.reason ?? '', /board-by must be "category".*"Hush"/);
  assert.doesNotMatch(JSON.stringify(await library(dora)), /Nobody knows/);
});

test('an export is one’s own alone', async () => {
  assertRefused(await site.visitor().get('/api/me/export'), 401, 'unauthenticated');
  assertRefused(await site.visitor().post('/api/me/export'), 401, 'unauthenticated');
  assertRefused(await site.visitor().get('/api/me/export/file'), 401, 'unauthenticated');
  assertRefused(await ben.get('/api/me/export/file'), 404, 'not_found');
});

test('a download that was cut off goes on where it was', async () => {
  const whole = await download(ada);
  const headers = { cookie: ada.cookie ?? '', range: 'bytes=100-' };
  const rest = await fetch(`${site.url}/api/me/export/file`, { headers });
  assert.equal(rest.status, 206);
  assert.deepEqual(new Uint8Array(await rest.arrayBuffer()), whole.subarray(100));
});

test('the command line writes the same, and leaves a file that is there alone', async () => {
  const file = path.join(folder, 'ada.zip');
  const { json } = await pinakesJson<Record<string, unknown>>(site.data, 'export', file, '--as', 'ada');
  assert.deepEqual(json, { file, boards: 3, pins: 5, pictures: 4, missing: 0 });
  const names = Object.keys(unzipSync(await readFile(file))).toSorted();
  assert.deepEqual(names, Object.keys(unzipSync(await download(ada))).toSorted());
  const { code } = await pinakesJson(site.data, 'export', file, '--as', 'ada').catch(() => ({ code: 1 }));
  assert.equal(code, 1);
  assert.deepEqual((await readdir(folder)).toSorted(), ['ada.zip', 'data', 'unpacked']);
});

test('a newer export takes the place of the one before, and one that is removed is gone', async () => {
  const before = await ada.read<ExportView>('/api/me/export');
  await ada.expect(202, 'POST', '/api/me/export');
  await site.drain();
  const after = await ada.read<ExportView>('/api/me/export');
  assert.ok((after.createdAt ?? 0) > (before.createdAt ?? 0));
  let left = 0;
  for await (const { bytes } of site.app.engines.blobs.list('exports/')) left += Math.sign(bytes);
  assert.equal(left, 1);
  await ada.expect(204, 'DELETE', '/api/me/export');
  assert.equal((await ada.read<ExportView>('/api/me/export')).state, 'none');
});
