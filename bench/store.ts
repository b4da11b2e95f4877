/**
 * `store`: the store service's get-many of 50 ids, range of 50 edges and single-shard save, on SQLite and on MariaDB, against
 * the bare driver doing the same SQL on data of the same size. Objects are read past the cache; both sides hand out parsed
 * JSON. Commits are durable on both sides. Callers ask at once, as requests do: 32 of ours, as many of a driver that can.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLruCache } from '#engines/cache/lru';
import { openMysqlShards } from '#engines/shards/mysql';
import type { Shards, StoredObject } from '#engines/shards/port';
import { openSqliteShards } from '#engines/shards/sqlite';
import { system } from '#kernel/actor';
import { systemClock } from '#kernel/clock';
import type { Store } from '#services/store/contract';
import { createStore } from '#services/store/index';
import { startMariadb } from '../test/support/mariadb.ts';
import { type Bench, type Figures, inTurn, median, medianRatio } from './bench.ts';
import { openBareMysql } from './store-bare-mysql.ts';
import { openBareSqlite } from './store-bare-sqlite.ts';
import { type BareStore, fill, homeOf, idOf, saveOf, shardCount, type Wanted } from './store-library.ts';

const rounds = 5;
const callers = 32;
const asked = 50;
const roundMs = 1_500;

function oursOn(store: Store): BareStore {
  return {
    async getMany({ ids }) {
      return (await store.getMany(system, ids, { fresh: true })).size;
    },
    async range(shard, limit) {
      const from = homeOf(shard).board;
      return (await store.range(system, { mapping: 'board_has_pin', from, limit })).length;
    },
    async save(shard, local, at) {
      await store.commit(system, { shard, changes: saveOf(shard, local, at) });
    },
    close: async () => undefined,
  };
}

/** Calls a second while all callers ask without a pause. */
async function perSecond(call: (n: number) => Promise<unknown>): Promise<number> {
  const until = performance.now() + roundMs;
  const start = performance.now();
  let done = 0;
  let next = 0;
  const caller = async () => {
    while (performance.now() < until) {
      await call(next++);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (done * 1000) / (performance.now() - start);
}

type Verb = 'get_many' | 'range' | 'save';

/** How many different lists of pins are asked for. */
const lists = 640;

function wantedOf(n: number, pins: number): Wanted {
  const shard = n % shardCount;
  const step = Math.max(1, Math.floor(pins / asked) - 1);
  const locals = Array.from({ length: asked }, (_, i) => 1 + ((n * 7 + i * step) % pins));
  return { shard, locals, ids: locals.map((local) => idOf(shard, 'pin', local)) };
}

class Contest {
  readonly #wanted: readonly Wanted[];
  #written: number;

  constructor(pins: number) {
    this.#wanted = Array.from({ length: lists }, (_, n) => wantedOf(n, pins));
    this.#written = pins;
  }

  /** One round of a verb on one side. */
  round(verb: Verb, side: BareStore): Promise<number> {
    if (verb === 'save') return this.#saves(side);
    return perSecond(async (n) => {
      const wanted = this.#wanted[n % lists];
      if (!wanted) return;
      const found = await (verb === 'range' ? side.range(wanted.shard, asked) : side.getMany(wanted));
      if (found !== asked) throw new Error(`${verb} found ${found} of ${asked}`);
    });
  }

  async #saves(side: BareStore): Promise<number> {
    const first = this.#written + 1;
    let most = 0;
    const rate = await perSecond((n) => {
      most = Math.max(most, n);
      return side.save(n % shardCount, first + Math.floor(n / shardCount), Date.now());
    });
    // Both sides of a shared server count on from here, so that no id is written twice.
    this.#written = first + Math.ceil((most + 1) / shardCount);
    return rate;
  }
}

interface Side {
  readonly ours: Figures;
  readonly bare: Figures;
  readonly ratio: Figures;
}

async function contest(shards: Shards, bare: BareStore, pins: number): Promise<Side> {
  const cache = createLruCache<StoredObject>({ maxEntries: 200_000 });
  const ours = oursOn(createStore({ shards, cache, clock: systemClock }));
  const match = new Contest(pins);
  const results: Record<'ours' | 'bare' | 'ratio', Record<string, number>> = {
    ours: {},
    bare: {},
    ratio: {},
  };
  for (const verb of ['get_many', 'range', 'save'] as const) {
    await match.round(verb, ours);
    await match.round(verb, bare);
    const runs = await inTurn(
      rounds,
      () => match.round(verb, ours),
      () => match.round(verb, bare),
    );
    results.ours[`${verb}_per_s`] = median(runs.a);
    results.bare[`${verb}_per_s`] = median(runs.b);
    results.ratio[verb] = medianRatio(runs.a, runs.b);
  }
  return results;
}

async function onSqlite(folder: string, pins: number): Promise<Side> {
  const shards = await openSqliteShards({
    folder: path.join(folder, 'shards'),
    count: shardCount,
    durability: 'power',
  });
  await fill(shards, pins);
  await mkdir(path.join(folder, 'bare'));
  const bare = openBareSqlite(path.join(folder, 'bare'), pins);
  try {
    return await contest(shards, bare, pins);
  } finally {
    await bare.close();
    await shards.close();
  }
}

async function onMariadb(pins: number): Promise<Side> {
  const server = await startMariadb();
  const shards = await openMysqlShards({ primary: server.url, count: shardCount, prefix: 'bench' });
  const bare = openBareMysql(server.url, 'bench');
  try {
    await fill(shards, pins);
    return await contest(shards, bare, pins);
  } finally {
    await bare.close();
    await shards.close();
    await server.stop();
  }
}

/** Size: pins in all. */
export const storeBench: Bench = {
  name: 'store',
  defaultSize: 32_000,
  async run(size) {
    const pins = Math.max(2 * asked, Math.round(size / shardCount));
    const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-bench-'));
    try {
      const sqlite = await onSqlite(folder, pins);
      const mariadb = await onMariadb(pins);
      return {
        ours: { sqlite: sqlite.ours, mariadb: mariadb.ours },
        peer: { sqlite: sqlite.bare, mariadb: mariadb.bare },
        limit: {},
        ratio: { sqlite: sqlite.ratio, mariadb: mariadb.ratio },
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
