/** What lies on the shards now. */
import type { ShardStats, Shards } from '#engines/shards/port';
import type { Topology } from '#engines/shards/topology';
import { backendOf } from '#engines/shards/topology-ranges';
import type { Clock } from '#kernel/clock';
import { PinakesError } from '#kernel/errors';
import type { Live, ShardCount } from './contract.ts';
import { skewOf } from './skew.ts';

/** What is counted, and the map of who serves what. */
export interface LiveDeps {
  readonly shards: Pick<Shards, 'count' | 'stats'>;
  readonly topology: () => Topology;
  readonly clock: Clock;
}

const keptMs = 60_000;
const atOnce = 16;

function countOf(shard: number, server: string, { types, bytes }: ShardStats): ShardCount {
  const { user, board, pin } = types;
  const isExact = user.isExact && board.isExact && pin.isExact;
  const rows = { people: user.rows, boards: board.rows, pins: pin.rows };
  return { shard, server, ...rows, bytes, isExact, problem: null };
}

const nothing = { people: 0, boards: 0, pins: 0, bytes: 0, isExact: false };

function liveOf(at: number, { count, ranges, backends }: Topology, shards: ShardCount[]): Live {
  const skew = (what: 'people' | 'boards' | 'pins' | 'bytes') => skewOf(shards.map((shard) => shard[what]));
  return {
    at,
    count,
    servers: Object.entries(backends).map(([name, { kind }]) => ({ name, kind })),
    ranges: ranges.map(({ from, through, backend }) => ({ from, through, server: backend })),
    shards,
    skew: { people: skew('people'), boards: skew('boards'), pins: skew('pins'), bytes: skew('bytes') },
  };
}

/** Counts, and keeps what it counted for a minute. */
export class LiveCounts {
  readonly #deps: LiveDeps;
  #kept: { readonly until: number; readonly live: Promise<Live> } | undefined;

  constructor(deps: LiveDeps) {
    this.#deps = deps;
  }

  /** What lies on the shards, up to a minute old; asked several times at once it counts once. */
  get(): Promise<Live> {
    const now = this.#deps.clock.now();
    if (this.#kept && now < this.#kept.until) return this.#kept.live;
    const live = this.#count(now);
    this.#kept = { until: now + keptMs, live };
    live.catch(() => {
      this.#kept = undefined;
    });
    return live;
  }

  async #count(at: number): Promise<Live> {
    const topology = this.#deps.topology();
    const counts: ShardCount[] = [];
    while (counts.length < topology.count) {
      const size = Math.min(atOnce, topology.count - counts.length);
      const some = Array.from({ length: size }, (_, i) => this.#countShard(counts.length + i, topology));
      counts.push(...(await Promise.all(some)));
    }
    return liveOf(at, topology, counts);
  }

  async #countShard(shard: number, topology: Topology): Promise<ShardCount> {
    const server = backendOf(topology, shard);
    try {
      return countOf(shard, server, await this.#deps.shards.stats(shard));
    } catch (error) {
      if (!(error instanceof PinakesError)) throw error;
      return { shard, server, ...nothing, problem: error.message };
    }
  }
}
