/** Where shards go, as people write it. */
import Type, { type Static } from 'typebox';
import { ShardRangeSchema, type Topology, TopologySchema } from '#engines/shards/topology';
import { requireTopology } from '#engines/shards/topology-ranges';
import { InvalidInputError } from '#kernel/errors';
import { backendAt } from './backend-address.ts';

/** `shards` in the configuration file: engines by name, and which of them get which shards; with one engine, all. */
export const ShardsFileSchema = Type.Object(
  {
    count: Type.Optional(TopologySchema.properties.count),
    backends: TopologySchema.properties.backends,
    ranges: Type.Optional(Type.Array(ShardRangeSchema)),
  },
  { additionalProperties: false },
);
type ShardsFile = Static<typeof ShardsFileSchema>;

/** How many shards an installation in files of its own has. */
const embeddedCount = 64;
/** How many it has on servers: enough to spread over as many of them as anyone will want. */
const serverCount = 4096;

/** All shards in one engine. */
export function shardsAt(field: string, address: string): ShardsFile {
  return { backends: { main: backendAt(field, address) } };
}

/** The map that a configuration means. Throws `InvalidInputError` naming the rule that it breaks. */
export function topologyOf({ count, backends, ranges }: ShardsFile): Topology {
  const names = Object.keys(backends);
  const isEmbedded = Object.values(backends).every(({ kind }) => kind === 'sqlite');
  const shards = count ?? (isEmbedded ? embeddedCount : serverCount);
  if (ranges === undefined && names.length !== 1)
    throw new InvalidInputError('shards.ranges', 'must say which of the backends gets which shards');
  const whole = names.map((backend) => ({ from: 0, through: shards - 1, backend }));
  return requireTopology({ count: shards, claimCount: shards, backends, ranges: ranges ?? whole });
}

/** The map of an installation that keeps its shards in the data folder. */
export const embeddedTopology: Topology = topologyOf(shardsAt('shards', 'sqlite:shards'));
