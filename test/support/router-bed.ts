/** A router over several engines, folders of SQLite files unless told otherwise, with its map in a registry of its own. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openFileRegistry } from '#engines/registry/file';
import type { Registry } from '#engines/registry/port';
import { openMysqlShards } from '#engines/shards/mysql';
import { openRoutedShards, type RoutedShardsOptions } from '#engines/shards/routed';
import type { ShardRouter } from '#engines/shards/routing';
import { openSqliteShards } from '#engines/shards/sqlite';
import { openTidbShards } from '#engines/shards/tidb';
import type { ShardRange, Topology } from '#engines/shards/topology';
import type { ManualClock } from '#kernel/clock';

/** The shards of a bed. */
export const bedShards = 8;

/** Where the shards of a bed are: spread over engines, or as told. */
export function spread(engines: number, count = bedShards): Topology {
  const names = Array.from({ length: engines }, (_, i) => `engine-${i}`);
  const ranges = Array.from({ length: count }, (_, shard): ShardRange => {
    return { from: shard, through: shard, backend: names[shard % engines] ?? '' };
  });
  const backends = Object.fromEntries(names.map((name) => [name, { kind: 'sqlite' as const, folder: name }]));
  return { count, claimCount: count, backends, ranges };
}

/** Folders to open routers on, one after another or side by side over one registry folder. */
export class RouterBed {
  readonly folder: string;
  readonly #clock: ManualClock | undefined;

  private constructor(folder: string, clock: ManualClock | undefined) {
    this.folder = folder;
    this.#clock = clock;
  }

  /** Makes folders and the map of a new installation. */
  static async make(topology: Topology, clock?: ManualClock): Promise<RouterBed> {
    const bed = new RouterBed(await mkdtemp(path.join(tmpdir(), 'pinakes-router-')), clock);
    const registry = await bed.registry();
    await registry.setSetting('shards', topology, 0);
    await registry.close();
    return bed;
  }

  /** The same data in a folder of its own; nothing may be open meanwhile. */
  async copy(clock?: ManualClock): Promise<RouterBed> {
    const bed = new RouterBed(await mkdtemp(path.join(tmpdir(), 'pinakes-router-')), clock);
    await cp(this.folder, bed.folder, { recursive: true });
    return bed;
  }

  /** Opens the registry. */
  registry(): Promise<Registry> {
    return openFileRegistry({ folder: path.join(this.folder, 'run') });
  }

  /** Opens a router. */
  router(registry: Registry, options: Partial<RoutedShardsOptions> = {}): Promise<ShardRouter> {
    return openRoutedShards({ registry, open: this.open, ...options });
  }

  /** Opens an engine. */
  readonly open: RoutedShardsOptions['open'] = async (spec, { count, claimCount }) => {
    const options = { count, claimCount, ...(this.#clock && { clock: this.#clock }) };
    if (spec.kind === 'mysql') return openMysqlShards({ ...spec, ...options });
    if (spec.kind === 'tidb') return openTidbShards({ ...spec, ...options });
    const folder = path.join(this.folder, spec.folder);
    return openSqliteShards({ folder, durability: 'process', ...options });
  };

  /** Removes everything. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}
