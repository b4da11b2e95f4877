/** Looks through a data folder after a crash: is everything whole, and does everything agree? */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { commands } from '#apps/cli/commands/index';
import type { App } from '#apps/compose';
import { pictureWidths } from '#engines/pictures/port';
import type { StoredObject } from '#engines/shards/port';
import { system } from '#kernel/actor';
import type { ObjectType } from '#kernel/ids';
import type { MediaData } from '#services/media/contract';
import type { PinData } from '#services/pins/contract';
import { dataOf } from '#services/store/contract';
import { startSiteIn } from './site.ts';

async function allOf(app: App, type: ObjectType): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const batch of app.services.store.scan(system, type)) found.push(...batch);
  return found;
}

async function temporaryFiles(data: string): Promise<string[]> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return files.filter((file) => /\/temporary\/|\.tmp$|\.partial$/.test(path.relative(data, file)));
}

async function assertWholePicture(app: App, { signature }: MediaData): Promise<void> {
  const folder = `pictures/${signature.slice(0, 2)}/${signature}`;
  const original = await app.engines.blobs.read(`${folder}/original`);
  assert.ok(original, `the original of ${signature} is there`);
  assert.equal(createHash('sha256').update(original).digest('hex'), signature);
  for (const width of pictureWidths) {
    const bytes = await app.engines.blobs.read(`${folder}/${width}.webp`);
    assert.ok(bytes, `${signature}/${width}.webp is there`);
    // Decodes every pixel: a file that was cut short does not.
    const { info } = await sharp(bytes, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
    assert.ok(info.width > 0 && info.width <= width);
  }
}

async function assertFound(app: App, pins: readonly StoredObject[]): Promise<void> {
  for (const pin of pins) {
    const { title } = dataOf<PinData>(pin);
    const found = await app.services.search.pins(system, title, 5);
    assert.ok(
      found.some((match) => match.pin.id === pin.id),
      `"${title}" is found by its words`,
    );
  }
}

async function assertSound(app: App): Promise<void> {
  const report = { progress: () => undefined, note: () => undefined };
  const doctor = commands['doctor'];
  assert.ok(doctor);
  const result = await doctor({}, { app, report, signal: new AbortController().signal });
  assert.equal(result.exitCode, 0, result.text);
}

/** What was found. */
export interface Verified {
  readonly pins: number;
  readonly pictures: number;
}

/** Checks a composed and started app: whole pictures, one pin each, indexes and counters that agree with the store. */
export async function verifyApp(app: App): Promise<Verified> {
  // Events first: they may enqueue what a dead process left behind; jobs then commit more events.
  await app.services.events.drain();
  await app.services.jobs.drain();
  await app.services.events.drain();
  const [pins, media, users, boards] = await Promise.all(
    (['pin', 'media', 'user', 'board'] as const).map((type) => allOf(app, type)),
  );
  assert.ok(pins && media && users && boards);
  const pinned = pins.map((pin) => dataOf<PinData>(pin).mediaId);
  assert.equal(new Set(pinned).size, pinned.length, 'a picture is pinned twice');
  const signatures = media.map((object) => dataOf<MediaData>(object).signature);
  assert.equal(new Set(signatures).size, signatures.length, 'a picture is stored twice');
  for (const object of media) {
    const data = dataOf<MediaData>(object);
    assert.equal(data.state, 'ready', `${data.signature} is ${data.state}`);
    await assertWholePicture(app, data);
  }
  const known = new Set(media.map(({ id }) => String(id)));
  for (const id of pinned) assert.ok(known.has(id), `the picture ${id} of a pin is there`);
  assert.equal(await app.engines.textIndex.size(), pins.length + users.length + boards.length);
  const { indexed } = await app.services.vision.status();
  assert.equal(indexed, pins.length, 'pictures in the vector index');
  await assertFound(app, pins);
  await assertSound(app);
  return { pins: pins.length, pictures: media.length };
}

/** Opens what a dead process left in `folder`/data, checks everything, and closes it again. */
export async function verifyFolder(folder: string): Promise<Verified> {
  const site = await startSiteIn(folder, { allowLoopback: false });
  try {
    const verified = await verifyApp(site.app);
    assert.deepEqual(await temporaryFiles(site.data), []);
    return verified;
  } finally {
    await site.close();
  }
}
