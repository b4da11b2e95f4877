/** Ranges of shards and the servers that hold them. */
import type { ServerRange } from './contract.ts';

/** Shards `from` to `through`, both included. */
export interface Range {
  readonly from: number;
  readonly through: number;
}

/** A server and its shards. */
export interface Server {
  readonly name: string;
  /** In order. */
  readonly ranges: readonly Range[];
}

/** How many shards some ranges have. */
export function sizeOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { from, through }) => sum + through - from + 1, 0);
}

/** Parts the ranges: the highest `count` shards, and the others. */
export function splitOff(ranges: readonly Range[], count: number): { kept: Range[]; taken: Range[] } {
  const kept: Range[] = [];
  const taken: Range[] = [];
  let left = count;
  for (const { from, through } of ranges.toReversed()) {
    const some = Math.min(left, through - from + 1);
    left -= some;
    if (some > 0) taken.unshift({ from: through - some + 1, through });
    if (from <= through - some) kept.unshift({ from, through: through - some });
  }
  return { kept, taken };
}

/** Spreads `shards` over `servers` in ranges whose sizes differ by one at most. */
export function evenServers(shards: number, servers: number): Server[] {
  return Array.from({ length: servers }, (_, i) => {
    const start = (at: number) => Math.floor((at * shards) / servers);
    return { name: `server-${i + 1}`, ranges: [{ from: start(i), through: start(i + 1) - 1 }] };
  });
}

/** The servers of a map, in the order of their first shards. */
export function serversOf(map: readonly ServerRange[]): Server[] {
  const byName = Map.groupBy(map, ({ server }) => server);
  return [...byName].map(([name, ranges]) => ({
    name,
    ranges: ranges.map(({ from, through }) => ({ from, through })),
  }));
}

/** The map of some servers, in the order of the shards. */
export function mapOf(servers: Iterable<Server>): ServerRange[] {
  const ranges = [...servers].flatMap(({ name, ranges }) =>
    ranges.map((range) => ({ ...range, server: name })),
  );
  return ranges.sort((a, b) => a.from - b.from);
}
