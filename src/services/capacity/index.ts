import { type CapacityDeps, ShardCapacity } from './capacity.ts';
import type { Capacity } from './contract.ts';

export { measure } from './measure.ts';
export { machineName, writeRates } from './rates.ts';

/** Makes the capacity service. */
export function createCapacity(deps: CapacityDeps): Capacity {
  return new ShardCapacity(deps);
}
