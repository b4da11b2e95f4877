/** Opens the shards, wherever the map in the registry says they are; makes the map of a new installation. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '#apps/config/config';
import { embeddedTopology } from '#apps/config/shards';
import type { Registry } from '#engines/registry/port';
import { openRoutedShards } from '#engines/shards/routed';
import type { OpenBackend } from '#engines/shards/routed/backends';
import { mapSetting } from '#engines/shards/routed/map-setting';
import type { ShardRouter } from '#engines/shards/routing';
import { openSqliteShards } from '#engines/shards/sqlite';
import type { Topology } from '#engines/shards/topology';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';

/** Opens an engine of the map; drivers are loaded by those who need them. Folders of SQLite files are told from the data folder on. */
function openerFor({ data, durability }: Config, log: Log, metrics: Metrics | undefined): OpenBackend {
  return async (spec, { count, claimCount }) => {
    const counts = { count, claimCount, log };
    if (spec.kind === 'mysql') {
      const { openMysqlShards } = await import('#engines/shards/mysql');
      return openMysqlShards({ ...spec, ...counts, metrics });
    }
    if (spec.kind === 'tidb') {
      const { openTidbShards } = await import('#engines/shards/tidb');
      return openTidbShards({ ...spec, ...counts, metrics });
    }
    return openSqliteShards({ folder: path.resolve(data, spec.folder), durability, ...counts });
  };
}

/** Asks each engine of a map something, so that an address at which nothing answers is not kept for ever. */
async function requireReachable(topology: Topology, open: OpenBackend): Promise<void> {
  for (const spec of Object.values(topology.backends)) {
    const engine = await open(spec, topology);
    await engine.state(0).finally(() => engine.close());
  }
}

/** The map to begin with. A data folder that has shards keeps them, whatever the configuration says. */
async function firstTopology({ data, shards }: Config, open: OpenBackend, log: Log): Promise<Topology> {
  const isNew = await access(path.join(data, 'shards', 'shards.json')).then(
    () => false,
    () => true,
  );
  if (shards === null) return embeddedTopology;
  if (isNew) {
    await requireReachable(shards, open);
    return shards;
  }
  log.warn('where shards go is set for new installations only; `pinakes migrate` moves those of this one');
  return embeddedTopology;
}

/** Opens the shards of one installation. The caller holds the data folder. */
export async function openShards(
  config: Config,
  registry: Registry,
  log: Log,
  metrics?: Metrics,
): Promise<ShardRouter> {
  const open = openerFor(config, log, metrics);
  if (!(await registry.getSetting(mapSetting)))
    await registry.setSetting(mapSetting, await firstTopology(config, open, log), 0);
  return openRoutedShards({ registry, open, log });
}

/** Whether all shards are files of this installation. */
export function areFiles({ backends, ranges }: Topology): boolean {
  return ranges.every(({ backend }) => backends[backend]?.kind === 'sqlite');
}
