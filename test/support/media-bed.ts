/** A media service on real engines in a temporary folder, for tests. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openDiskBlobs } from '#engines/blobs/disk';
import type { Blobs } from '#engines/blobs/port';
import { createLruCache } from '#engines/cache/lru';
import type { Features } from '#engines/features/port';
import { openSqliteFeatures } from '#engines/features/sqlite';
import { createPlainEncoder } from '#engines/pictures/contract-encoder';
import type { Pictures } from '#engines/pictures/port';
import { createSharpPictures } from '#engines/pictures/sharp';
import type { Queue } from '#engines/queue/port';
import { openSqliteQueue } from '#engines/queue/sqlite';
import type { Shards } from '#engines/shards/port';
import { openSqliteShards } from '#engines/shards/sqlite';
import { type Person, system } from '#kernel/actor';
import { ManualClock } from '#kernel/clock';
import { encodeId, objectTypes } from '#kernel/ids';
import { silentLog } from '#kernel/log';
import type { Jobs } from '#services/jobs/contract';
import { createJobs } from '#services/jobs/index';
import type { Media } from '#services/media/contract';
import { createMedia, type MediaDeps } from '#services/media/index';
import { type ChangeEvent, type Store, storeChanged } from '#services/store/contract';
import { createStore } from '#services/store/index';

/** Limits that tests can reach with small files. */
export const testLimits = { bytes: 1_000_000, pixels: 2_000_000, frames: 10 };

/** Everything that a test may look at. */
export interface MediaBed {
  readonly folder: string;
  readonly clock: ManualClock;
  readonly shards: Shards;
  readonly store: Store;
  readonly blobs: Blobs;
  readonly features: Features;
  readonly pictures: Pictures;
  readonly queue: Queue;
  readonly jobs: Jobs;
  readonly media: Media;
  /** All events in the shards' outboxes that tell of something. */
  events(): Promise<ChangeEvent[]>;
  /** Keys of all blobs. */
  keys(): Promise<string[]>;
  /** What is in the folder of half-written files. */
  leftOvers(): Promise<string[]>;
  close(): Promise<void>;
}

/** A person who is nobody in particular, one of the three whom every bed knows. */
export function somebody(local: number): Person {
  return { kind: 'person', userId: encodeId({ shard: 1, type: objectTypes.user, local }), role: 'member' };
}

async function addPeople(store: Store): Promise<void> {
  const changes = [1, 2, 3].map((local) => {
    return { kind: 'put', id: somebody(local).userId, data: { name: `person-${local}` } } as const;
  });
  await store.commit(system, { shard: 1, changes });
}

async function eventsOf(shards: Shards): Promise<ChangeEvent[]> {
  const numbers = await shards.shardsWithOutbox();
  const entries = await Promise.all(numbers.map((shard) => shards.readOutbox(shard, 0, 1000)));
  const told = entries.flat().filter(({ event }) => event['type'] !== storeChanged);
  return told.map(({ event }) => event as unknown as ChangeEvent);
}

async function keysOf(blobs: Blobs): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of blobs.list('')) keys.push(key);
  return keys;
}

async function openEngines(folder: string, clock: ManualClock) {
  const shards = await openSqliteShards({
    folder: path.join(folder, 'shards'),
    count: 4,
    durability: 'process',
  });
  const queue = openSqliteQueue({ path: path.join(folder, 'queue.db'), clock, durability: 'process' });
  const blobs = await openDiskBlobs({ folder: path.join(folder, 'blobs') });
  const features = openSqliteFeatures({ path: path.join(folder, 'features.db'), durability: 'process' });
  return { shards, queue, blobs, features, pictures: createSharpPictures({ encoder: createPlainEncoder() }) };
}

/** Opens a bed; its jobs run unless `start` is false. */
export async function openMediaBed(
  options: { start?: boolean; wrap?: (pictures: Pictures) => Pictures } & Pick<
    Partial<MediaDeps>,
    'fetch'
  > = {},
): Promise<MediaBed> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-media-'));
  const clock = new ManualClock();
  const opened = await openEngines(folder, clock);
  const engines = { ...opened, pictures: options.wrap?.(opened.pictures) ?? opened.pictures };
  const { shards, queue, blobs } = engines;
  const store = createStore({ shards, cache: createLruCache({ maxEntries: 1000 }), clock });
  await addPeople(store);
  const jobs = createJobs({ queue, clock, log: silentLog, backoff: { baseMs: 0, capMs: 0 } });
  const fetch = options.fetch ?? { allowLoopback: true };
  const media = createMedia({
    ...engines,
    store,
    jobs,
    limits: testLimits,
    clock,
    log: silentLog,
    fetch,
  });
  for (const handler of media.handlers()) jobs.handle(handler);
  if (options.start !== false) await jobs.start();
  return {
    ...{ folder, clock, store, jobs, media, ...engines },
    events: () => eventsOf(shards),
    keys: () => keysOf(blobs),
    leftOvers: async () => readdir(path.dirname(await blobs.temporaryPath())),
    async close() {
      await jobs.stop();
      for (const engine of [engines.pictures, engines.features, blobs, queue, shards]) await engine.close();
      await rm(folder, { recursive: true });
    },
  };
}
