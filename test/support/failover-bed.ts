/** Shards on two primaries with a replica each, with people who write and read. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLruCache } from '#engines/cache/lru';
import { openFileRegistry } from '#engines/registry/file';
import type { Registry } from '#engines/registry/port';
import { openMysqlShards } from '#engines/shards/mysql';
import { openRoutedShards } from '#engines/shards/routed';
import type { ShardRouter } from '#engines/shards/routing';
import type { BackendSpec, Topology } from '#engines/shards/topology';
import { systemClock } from '#kernel/clock';
import type { Store } from '#services/store/contract';
import { createStore } from '#services/store/index';
import { type MariadbServer, startMariadb } from './mariadb.ts';

/** What a server needs so that a promoted replica has every write that it acknowledged. */
const semiSync = {
  primary: [
    '--rpl-semi-sync-master-enabled=1',
    '--rpl-semi-sync-master-wait-point=AFTER_SYNC',
    '--rpl-semi-sync-master-timeout=600000',
  ],
  replica: [
    '--rpl-semi-sync-slave-enabled=1',
    '--rpl-semi-sync-slave-kill-conn-timeout=1',
    '--slave-parallel-threads=8',
  ],
} as const;

/** A primary and its replica. */
export interface Pair {
  readonly primary: MariadbServer;
  readonly replica: MariadbServer;
}

/** Starts both. */
export async function startPair(): Promise<Pair> {
  const primary = await startMariadb({ options: [...semiSync.primary, '--slave-parallel-threads=8'] });
  return { primary, replica: await startMariadb({ replicaOf: primary, options: semiSync.replica }) };
}

/** A pair in the map. */
export function specOf({ primary, replica }: Pair): BackendSpec {
  return { kind: 'mysql', primary: primary.url, replicas: [replica.url] };
}

/** The shards of a bed: the first half of them in `a`, the other in `b`. */
export const bedShards = 8;

/** Servers, router and store. */
export class FailoverBed {
  readonly a: Pair;
  readonly b: Pair;
  readonly router: ShardRouter;
  readonly store: Store;
  readonly #folder: string;
  readonly #registry: Registry;

  private constructor(a: Pair, b: Pair, router: ShardRouter, folder: string, registry: Registry) {
    this.a = a;
    this.b = b;
    this.router = router;
    this.#folder = folder;
    this.#registry = registry;
    // So small that most reads go to the servers, and old versions find nothing newer in it.
    const cache = createLruCache<never>({ maxEntries: 8 });
    this.store = createStore({ shards: router, cache, clock: systemClock });
  }

  static async start(): Promise<FailoverBed> {
    const [a, b] = [await startPair(), await startPair()];
    const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-failover-'));
    const registry = await openFileRegistry({ folder: path.join(folder, 'run') });
    const half = bedShards / 2;
    const topology: Topology = {
      count: bedShards,
      claimCount: bedShards,
      backends: { a: specOf(a), b: specOf(b) },
      ranges: [
        { from: 0, through: half - 1, backend: 'a' },
        { from: half, through: bedShards - 1, backend: 'b' },
      ],
    };
    await registry.setSetting('shards', topology, 0);
    const router = await openRoutedShards({
      registry,
      open: async (spec, counts) => {
        if (spec.kind !== 'mysql') throw new Error('only servers here');
        return openMysqlShards({ ...spec, ...counts });
      },
    });
    return new FailoverBed(a, b, router, folder, registry);
  }

  async stop(): Promise<void> {
    await this.router.close();
    await this.#registry.close();
    await rm(this.#folder, { recursive: true });
    for (const server of [this.a.replica, this.b.replica, this.a.primary, this.b.primary])
      await server.stop();
  }
}
