/** Pictures without files: objects in the store, and features in clusters as those of photos are. */
import { createHash } from 'node:crypto';
import type { App } from '#apps/compose';
import type { Change } from '#engines/shards/port';
import { system } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { MediaData } from '#services/media/contract';
import { random } from './vectors.ts';

const batch = 500;
const picturesPerCluster = 50;

function mediaData(n: number, next: () => number): MediaData {
  const colour = () =>
    `#${Math.floor(next() * 0xffffff)
      .toString(16)
      .padStart(6, '0')}`;
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(next() * 256)));
  return {
    signature: createHash('sha256').update(`picture ${n}`).digest('hex'),
    state: 'ready',
    reason: null,
    bytes: 200_000,
    type: 'image/jpeg',
    width: 1024,
    height: 600 + Math.floor(next() * 900),
    frames: 1,
    placeholder: bytes(22).toString('base64'),
    colour: colour(),
    palette: Array.from({ length: 5 }, (_, at) => ({ hex: colour(), share: 0.4 / (at + 1) })),
    perceptualHash: bytes(8).toString('hex'),
    uploaderId: null,
  };
}

/** Features that cluster: sums of uniform numbers are near enough to normal ones, and quick. */
function featuresOf(next: () => number, centres: readonly Float32Array[]): Float32Array {
  const centre = centres[Math.floor(next() * centres.length)] ?? new Float32Array();
  return centre.map((value) => Math.max(0, value + 0.35 * (next() + next() - 1)));
}

function centresOf(count: number, dimensions: number, next: () => number): Float32Array[] {
  // Most features of a photo are near zero, as those behind a rectifier are.
  const draw = () => Float32Array.from({ length: dimensions }, () => Math.max(0, next() + next() - 0.9));
  return Array.from({ length: count }, draw);
}

/** Adds `count` ready pictures, spread over all shards, with features for the encoder in use. */
export async function seedPictures(app: App, count: number): Promise<Id[]> {
  const { store } = app.services;
  const { features, pictures } = app.engines;
  const next = random(5);
  const centres = centresOf(Math.max(1, Math.round(count / picturesPerCluster)), pictures.dimensions, next);
  const made: Id[] = [];
  for (let n = 0; n < count; n += batch) {
    const shard = (n / batch) % store.shardCount;
    const ids = await store.allocate(system, shard, 'media', Math.min(batch, count - n));
    const changes = ids.map((id, at): Change => {
      const data = mediaData(n + at, next);
      return {
        kind: 'put',
        id,
        expect: 0,
        data: { ...data, palette: data.palette.map((one) => ({ ...one })) },
      };
    });
    await store.commit(system, { shard, changes });
    await features.put(
      ids.map((id) => ({ entity: id, name: pictures.encoder, version: 1, value: featuresOf(next, centres) })),
    );
    made.push(...ids);
    if (n % 10_000 === 0) process.stderr.write(`picture ${n} of ${count}\n`);
  }
  return made;
}
