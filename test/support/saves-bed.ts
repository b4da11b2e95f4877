/**
 * A library whose shards can fail, and whose process can die at any call to an engine and be born again over the same files.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLruCache } from '#engines/cache/lru';
import type { Counters } from '#engines/counters/port';
import { openSqliteCounters } from '#engines/counters/sqlite';
import type { IdBlocks } from '#engines/id-blocks/port';
import { openSqliteIdBlocks } from '#engines/id-blocks/sqlite';
import type { Queue } from '#engines/queue/port';
import { openSqliteQueue } from '#engines/queue/sqlite';
import type { Shards } from '#engines/shards/port';
import { openSqliteShards } from '#engines/shards/sqlite';
import type { Person } from '#kernel/actor';
import { ManualClock } from '#kernel/clock';
import { silentLog } from '#kernel/log';
import { createJobs } from '#services/jobs/index';
import type { Store } from '#services/store/contract';
import { createStore } from '#services/store/index';
import { EngineLife } from './engine-life.ts';
import { FaultyShards } from './faulty-shards.ts';
import { HeldMedia } from './held-media.ts';
import { createLibraryServices, type LibraryServices } from './library-bed.ts';

/** How many shards the bed has. */
export const shardCount = 8;

const device = { userAgent: 'test', address: '192.0.2.1' };
const jobNames = ['save-pin', 'board-removal', 'unlink-pictures'];
const unfinished = ['pending', 'running'];

/** Milliseconds that a save waits for its shard here. */
const deadlineMs = 4;
const patience = { pauseMs: 2, longestPauseMs: 8 };

/** What is on disk, opened. */
interface Files {
  readonly real: Shards;
  readonly queue: Queue;
  readonly idBlocks: IdBlocks;
}

/** One life of the program. */
export interface Incarnation extends LibraryServices {
  readonly life: EngineLife;
  readonly store: Store;
  readonly media: HeldMedia;
}

/** Where saves are tried. */
export class SavesBed {
  readonly clock: ManualClock;
  readonly #folder: string;
  readonly #random: () => number;
  readonly #counters: Counters;
  #files: Files;
  #faulty: FaultyShards;
  #now: Incarnation | undefined;

  private constructor(folder: string, clock: ManualClock, random: () => number, files: Files) {
    this.#folder = folder;
    this.clock = clock;
    this.#random = random;
    this.#counters = openSqliteCounters({
      path: path.join(folder, 'counters.sqlite'),
      durability: 'process',
    });
    this.#files = files;
    this.#faulty = new FaultyShards(files.real);
  }

  /** Opens a library, an empty one unless the folder has one, and starts it. */
  static async open(random: () => number, existing?: string): Promise<SavesBed> {
    const folder = existing ?? (await mkdtemp(path.join(tmpdir(), 'pinakes-saves-')));
    const clock = new ManualClock(Date.now());
    const bed = new SavesBed(folder, clock, random, await openFiles(folder, clock));
    await bed.reborn();
    return bed;
  }

  /** The program as it runs now. */
  get now(): Incarnation {
    if (this.#now === undefined) throw new Error('nothing runs');
    return this.#now;
  }

  /** The shards themselves, without faults. */
  get real(): Shards {
    return this.#files.real;
  }

  get queue(): Queue {
    return this.#files.queue;
  }

  get faulty(): FaultyShards {
    return this.#faulty;
  }

  /** Throws the running program away as it is, and starts another; with `reopen`, over files opened anew. */
  async reborn(reopen = false): Promise<void> {
    await this.#die();
    if (reopen) await this.#reopen();
    const life = new EngineLife(this.#random);
    const shards = life.with(this.#faulty.shards);
    const { queue, idBlocks } = this.#files;
    const { clock } = this;
    const store = createStore({
      shards,
      cache: createLruCache({ maxEntries: 10_000 }),
      idBlocks: life.with(idBlocks),
      patience,
      clock,
    });
    const jobs = createJobs({
      queue: life.with(queue),
      clock,
      log: silentLog,
      backoff: { baseMs: 1, capMs: 1 },
      isAlone: true,
      graceMs: 0,
    });
    const media = new HeldMedia(store);
    const counters = this.#counters;
    const services = createLibraryServices({
      store,
      clock,
      jobs,
      counters,
      media,
      saveDeadlineMs: deadlineMs,
      fragments: 100,
    });
    this.#now = { ...services, life, store, media };
    await services.pins.restore();
    await jobs.start();
  }

  async #die(): Promise<void> {
    const last = this.#now;
    if (last === undefined) return;
    last.life.end();
    // What hangs for a dead program hears nothing; its workers are stopped so that their timers end.
    void last.jobs.stop();
    // What it had asked of its own disk happens before another program starts; what hangs at a shard may happen at any time.
    for (let turns = 0; turns < 3; turns += 1) await nextTurn();
  }

  async #reopen(): Promise<void> {
    this.#faulty.healAll();
    await closeFiles(this.#files);
    this.#files = await openFiles(this.#folder, this.clock);
    this.#faulty = new FaultyShards(this.#files.real);
  }

  /** Signs somebody up. */
  async person(name: string): Promise<Person> {
    const { me } = await this.now.accounts.signUp({ name, password: 'correct horse' }, device);
    return { kind: 'person', userId: me.id, role: me.role };
  }

  /** Runs jobs until none is left of those that bring pins to shards and take boards away; fails when they do not end. */
  async arrive(): Promise<void> {
    const { jobs, store } = this.now;
    for (let round = 0; round < 500; round += 1) {
      this.clock.advance(20_000);
      for (const name of jobNames) await jobs.hasten(name);
      await jobs.drain();
      const counts = await this.queue.counts();
      const isLeft = counts.some(({ name, state }) => jobNames.includes(name) && unfinished.includes(state));
      if (!isLeft && store.pending.size === 0) return;
      await nextTurn();
    }
    throw new Error('jobs are left although every shard answers');
  }

  /** Stops, and removes the files. */
  async close(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true });
  }

  /** Stops and keeps the files. */
  async stop(): Promise<void> {
    this.#faulty.healAll();
    await this.#now?.jobs.stop();
    await this.#die();
    await closeFiles(this.#files);
    await this.#counters.close();
  }
}

async function openFiles(folder: string, clock: ManualClock): Promise<Files> {
  const durability = 'process';
  return {
    real: await openSqliteShards({
      folder: path.join(folder, 'shards'),
      count: shardCount,
      durability,
      clock,
    }),
    queue: openSqliteQueue({ path: path.join(folder, 'queue.sqlite'), durability, clock }),
    idBlocks: openSqliteIdBlocks({ path: path.join(folder, 'ids.sqlite'), durability }),
  };
}

async function closeFiles({ real, queue, idBlocks }: Files): Promise<void> {
  for (const engine of [real, queue, idBlocks]) await engine.close();
}
