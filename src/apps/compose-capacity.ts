/** Wires the capacity service, and measures this machine for it. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '#apps/config/config';
import { openSqliteShards } from '#engines/shards/sqlite';
import type { Topology } from '#engines/shards/topology';
import { requireTopology } from '#engines/shards/topology-ranges';
import { systemClock } from '#kernel/clock';
import type { Capacity, Rates } from '#services/capacity/contract';
import { createCapacity, machineName, measure, writeRates } from '#services/capacity/index';
import type { Engines } from './compose-engines.ts';

const trialShards = 8;
const trialSeconds = 3;

const ratesFile = (config: Config) => path.join(config.data, 'cache', 'rates.json');

/** The map as the registry keeps it; without one, all shards live in the data folder. */
async function topologyOf({ registry, shards }: Pick<Engines, 'registry' | 'shards'>): Promise<Topology> {
  const setting = await registry.getSetting('shards');
  if (setting) return requireTopology(setting.value);
  const { count } = shards;
  return {
    count,
    claimCount: count,
    backends: { local: { kind: 'sqlite', folder: 'shards' } },
    ranges: [{ from: 0, through: count - 1, backend: 'local' }],
  };
}

/** The capacity service of one installation. */
export function composeCapacity(config: Config, engines: Pick<Engines, 'registry' | 'shards'>): Capacity {
  return createCapacity({
    shards: engines.shards,
    topology: () => topologyOf(engines),
    clock: systemClock,
    ratesFile: ratesFile(config),
  });
}

/**
 * Measures what this process does on the data folder's disk, with shards that are removed afterwards, and remembers it
 * for plans. Takes about 6 seconds; needs no lock, for these shards are nobody else's.
 */
export async function measureRates(
  config: Config,
  onProgress: (done: number, total: number) => void,
): Promise<Rates> {
  const { data, durability } = config;
  await mkdir(path.join(data, 'cache'), { recursive: true });
  const folder = await mkdtemp(path.join(data, 'cache', 'trial-'));
  const shards = await openSqliteShards({ folder, count: trialShards, durability });
  try {
    const measured = await measure({ shards, seconds: trialSeconds, onProgress });
    const rates = { at: Date.now(), machine: machineName(), durability, ...measured };
    await writeRates(ratesFile(config), rates);
    return rates;
  } finally {
    await shards.close();
    await rm(folder, { recursive: true, force: true });
  }
}
