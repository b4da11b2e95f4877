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
import { InvalidInputError } from '#kernel/errors';
import type { Log } from '#kernel/log';

/** Opens an engine of the map. Folders of SQLite files are told from the data folder on. */
function openerFor({ data, durability }: Config, log: Log): OpenBackend {
  return async (spec, { count, claimCount }) => {
    if (spec.kind === 'sqlite')
      return openSqliteShards({
        folder: path.resolve(data, spec.folder),
        count,
        claimCount,
        durability,
        log,
      });
    throw new InvalidInputError('shards', `cannot be kept in ${spec.kind} by this version`);
  };
}

/** Opens each engine of a map once, so that an address at which nothing answers is not kept for ever. */
async function requireReachable(topology: Topology, open: OpenBackend): Promise<void> {
  for (const spec of Object.values(topology.backends)) await (await open(spec, topology)).close();
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
export async function openShards(config: Config, registry: Registry, log: Log): Promise<ShardRouter> {
  const open = openerFor(config, log);
  if (!(await registry.getSetting(mapSetting)))
    await registry.setSetting(mapSetting, await firstTopology(config, open, log), 0);
  return openRoutedShards({ registry, open, log });
}
