/** From users, pins, growth, sizes and limits to shards, servers, split dates and bytes. Pure. */
import type { Month, Plan, PlanInput, ServerRange } from './contract.ts';
import { Fleet } from './fleet.ts';
import { binding, capacityOf, demandAfter, loadAfter, shareOf } from './load.ts';
import { mapsOf } from './maps.ts';
import { evenServers, type Server, serversOf } from './ranges.ts';
import { idsOf, recommendShards, requireIds } from './recommend.ts';
import { type Splits, shardsPerServer, splitsOf } from './splits.ts';

/** The average month of the Gregorian calendar. */
const monthMs = (365.2425 / 12) * 86_400_000;
const mostSplits = 500;

/** The fewest servers that carry the load after some months; one a shard where even that is too little. */
function serversNeeded(input: PlanInput, months: number): number {
  const { demand } = binding(demandAfter(input, months));
  return Math.ceil(input.shards / Math.max(1, shardsPerServer(input.shards, demand)));
}

function monthOf(input: PlanInput, month: number, fleet: Fleet): Omit<Month, 'at'> {
  const load = loadAfter(input, month);
  const { limit, demand } = binding(demandAfter(input, month));
  return {
    month,
    ...load,
    storeBytes: load.bytes * (1 + input.replicas),
    pictureBytes: load.pins * input.pictureBytesPerPin,
    needed: serversNeeded(input, month),
    servers: fleet.servers,
    limit,
    fullest: (demand * fleet.fullest) / input.shards,
  };
}

function monthsOf(input: PlanInput, start: readonly Server[], { splits }: Splits): Omit<Month, 'at'>[] {
  const fleet = new Fleet(start, splits);
  return Array.from({ length: input.months + 1 }, (_, month) => {
    fleet.advance(month);
    return monthOf(input, month, fleet);
  });
}

function serverOf(input: PlanInput): Plan['server'] {
  const { disk, writes, reads } = capacityOf(input);
  return { bytes: disk, writesPerSecond: writes, readsPerSecond: reads };
}

/**
 * Plans ahead from `now` (milliseconds since the epoch), either from a map that covers `shards` shards or, without one,
 * from the fewest servers that carry today's load. Throws `InvalidInputError` when ids would not suffice.
 */
export function planOf(input: PlanInput, now: number, map?: readonly ServerRange[]): Plan {
  requireIds(input);
  const start = map ? serversOf(map) : evenServers(input.shards, serversNeeded(input, 0));
  const found = splitsOf(input, start);
  const dated = <T extends { readonly month: number }>(item: T) => ({
    ...item,
    at: Math.round(now + item.month * monthMs),
  });
  return {
    recommendedShards: recommendShards(input),
    shard: {
      now: shareOf(loadAfter(input, 0), input.shards),
      horizon: shareOf(loadAfter(input, input.months), input.shards),
    },
    server: serverOf(input),
    months: monthsOf(input, start, found).map(dated),
    splits: found.splits.slice(0, mostSplits).map(dated),
    splitCount: found.splits.length,
    maps: mapsOf(start, found.splits).map(dated),
    outgrown: found.outgrown && dated(found.outgrown),
    ids: idsOf(input),
  };
}
