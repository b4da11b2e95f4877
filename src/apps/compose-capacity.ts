/** Wires the capacity service, and measures this machine for it. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '#apps/config/config';
import { openSqliteShards } from '#engines/shards/sqlite';
import { systemClock } from '#kernel/clock';
import type { Capacity, Rates } from '#services/capacity/contract';
import { createCapacity, machineName, measure, writeRates } from '#services/capacity/index';
import type { Engines } from './compose-engines.ts';

const trialShards = 8;
const trialSeconds = 3;

const ratesFile = (config: Config) => path.join(config.data, 'cache', 'rates.json');

/** The capacity service of one installation. */
export function composeCapacity(config: Config, { shards }: Pick<Engines, 'shards'>): Capacity {
  return createCapacity({
    shards,
    topology: () => shards.topology,
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
