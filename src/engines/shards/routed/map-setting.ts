/** The map of shards in the registry. */
import type { Registry, Setting } from '#engines/registry/port';
import { ConflictError, UnavailableError } from '#kernel/errors';
import type { Topology } from '../topology.ts';
import { requireTopology } from '../topology-ranges.ts';

/** The setting's name. */
export const mapSetting = 'shards';

/** A map and the version of the setting that it was read at. */
export interface MapVersion {
  readonly version: number;
  readonly topology: Topology;
}

// Each try is lost only to another process's change.
const tries = 50;

/** A setting's value as a map; throws `InvalidInputError` when it is none. */
export function mapOf({ version, value }: Setting): MapVersion {
  return { version, topology: requireTopology(value) };
}

/** The map now. Throws `UnavailableError` when there is none. */
export async function readMap(registry: Registry): Promise<MapVersion> {
  const setting = await registry.getSetting(mapSetting);
  if (!setting) throw new UnavailableError('the registry holds no map of the shards');
  return mapOf(setting);
}

/** Writes a changed map; answers undefined when somebody else wrote meanwhile. */
async function written(
  registry: Registry,
  topology: Topology,
  expect: number,
): Promise<MapVersion | undefined> {
  try {
    const version = await registry.setSetting(mapSetting, topology, expect);
    return { version, topology };
  } catch (error) {
    if (error instanceof ConflictError) return undefined;
    throw error;
  }
}

/** Changes the map by compare and set. */
export async function changeMap(
  registry: Registry,
  change: (topology: Topology) => Topology,
): Promise<MapVersion> {
  for (let round = 0; round < tries; round += 1) {
    const { version, topology } = await readMap(registry);
    const next = await written(registry, requireTopology(change(topology)), version);
    if (next) return next;
  }
  throw new UnavailableError('the map of the shards keeps changing; try again');
}
