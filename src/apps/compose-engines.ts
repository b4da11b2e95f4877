/** Opens every engine of one installation. With `compose.ts`, the only place that names adapters. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '#apps/config/config';
import { openDiskBlobs } from '#engines/blobs/disk';
import type { Blobs } from '#engines/blobs/port';
import { createLruCache } from '#engines/cache/lru';
import type { Cache } from '#engines/cache/port';
import type { Counters } from '#engines/counters/port';
import { openSqliteCounters } from '#engines/counters/sqlite';
import { centernetDimensions, centernetName, findCenternet } from '#engines/encoders/centernet';
import type { EventLog } from '#engines/event-log/port';
import { openSegmentLog } from '#engines/event-log/segments';
import type { Features } from '#engines/features/port';
import { openSqliteFeatures } from '#engines/features/sqlite';
import type { IdBlocks } from '#engines/id-blocks/port';
import { openSqliteIdBlocks } from '#engines/id-blocks/sqlite';
import { openMemoryLists } from '#engines/lists/memory';
import type { Lists } from '#engines/lists/port';
import { createLazyPicturePool, type LazyPictures } from '#engines/pictures/pool';
import type { Queue } from '#engines/queue/port';
import { openFileRegistry } from '#engines/registry/file';
import type { Lock, Registry } from '#engines/registry/port';
import type { StoredObject } from '#engines/shards/port';
import type { ShardRouter } from '#engines/shards/routing';
import type { Tallies } from '#engines/tallies/port';
import { openSqliteTallies } from '#engines/tallies/sqlite';
import type { TextIndex } from '#engines/text-index/port';
import { openSqliteTextIndex } from '#engines/text-index/sqlite';
import type { VectorIndex } from '#engines/vector-index/port';
import { openUsearchIndex } from '#engines/vector-index/usearch';
import { systemClock } from '#kernel/clock';
import { ConflictError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import { openQueue } from './compose-queue.ts';
import { openShards } from './compose-shards.ts';

/** Every engine, by its port. */
export interface Engines {
  readonly registry: Registry;
  readonly shards: ShardRouter;
  readonly idBlocks: IdBlocks;
  readonly cache: Cache<StoredObject>;
  readonly blobs: Blobs;
  readonly eventLog: EventLog;
  readonly queue: Queue;
  readonly counters: Counters;
  readonly tallies: Tallies;
  readonly features: Features;
  readonly lists: Lists;
  readonly textIndex: TextIndex;
  readonly pictures: LazyPictures;
  /** Opens the index of one generation. */
  openVectors(generation: number, dimensions: number): Promise<VectorIndex>;
  /** Removes the files of a generation that is no longer used. */
  removeVectors(generation: number): Promise<void>;
  /** The folder in which the vision service remembers its generations. */
  readonly visionFolder: string;
  close(): Promise<void>;
}

// An object is about half a kilobyte in memory; this is some 70 MB when full.
const cachedObjects = 200_000;

async function lockData(registry: Registry, folder: string): Promise<Lock> {
  const lock = await registry.tryLock('data');
  if (lock) return lock;
  await registry.close();
  throw new ConflictError(`another process is using ${folder}; stop it first, or use another PINAKES_DATA`);
}

async function openDerived(folder: string, config: Config, log: Log) {
  const file = (name: string) => path.join(folder, name);
  return {
    counters: openSqliteCounters({ path: file('counters.sqlite'), durability: config.durability }),
    tallies: openSqliteTallies({ path: file('tallies.sqlite'), durability: config.durability }),
    features: openSqliteFeatures({ path: file('features.sqlite'), durability: config.durability }),
    lists: await openMemoryLists({ path: file('lists.snapshot'), log }),
    textIndex: await openSqliteTextIndex({ path: file('words.sqlite'), durability: config.durability, log }),
  };
}

async function openTruth(config: Config, registry: Registry, log: Log, metrics: Metrics) {
  const { data, durability } = config;
  const shards = await openShards(config, registry, log, metrics);
  return {
    shards,
    idBlocks: openSqliteIdBlocks({ path: path.join(data, 'ids.sqlite'), durability }),
    blobs: await openDiskBlobs({ folder: path.join(data, 'blobs') }),
    eventLog: await openSegmentLog({ folder: path.join(data, 'log'), durability, clock: systemClock, log }),
    queue: await openQueue(config, { registry, shards, log, metrics }),
  };
}

/** Knows the encoder that its threads will have, so that nothing waits for them. */
async function openPictures({ data, workers }: Config, log: Log): Promise<LazyPictures> {
  const { version } = await findCenternet();
  const options = {
    workers,
    workerUrl: new URL('./picture-worker.ts', import.meta.url),
    options: { cacheDir: path.join(data, 'cache') },
    onFault: (error: unknown) => log.error({ err: error }, 'a picture thread died and is replaced'),
  };
  return createLazyPicturePool(options, { encoder: centernetName(version), dimensions: centernetDimensions });
}

/** Opens all engines under the data folder, which only one process at a time may hold; throws `ConflictError` otherwise. */
export async function openEngines(config: Config, log: Log, metrics: Metrics): Promise<Engines> {
  const { data } = config;
  await mkdir(path.join(data, 'run'), { recursive: true });
  const registry = await openFileRegistry({
    folder: path.join(data, 'run'),
    settings: path.join(data, 'settings'),
  });
  const lock = await lockData(registry, data);
  const [pictures, truth, derived] = await Promise.all([
    openPictures(config, log),
    openTruth(config, registry, log, metrics),
    openDerived(path.join(data, 'derived'), config, log),
  ]);
  const vectors = (generation: number) => path.join(data, 'derived', `vectors-${generation}`);
  return {
    registry,
    ...truth,
    ...derived,
    pictures,
    cache: createLruCache<StoredObject>({ maxEntries: cachedObjects }),
    openVectors: (generation, dimensions) => openUsearchIndex({ path: vectors(generation), dimensions, log }),
    removeVectors: (generation) => rm(vectors(generation), { recursive: true, force: true }),
    visionFolder: path.join(data, 'derived'),
    async close() {
      const closing = [pictures, ...Object.values(truth), ...Object.values(derived)];
      await Promise.all(closing.map((engine) => engine.close()));
      await lock[Symbol.asyncDispose]();
      await registry.close();
    },
  };
}
