/** A map made ready for looking up: one array access a shard. */
import type { Topology } from '../topology.ts';
import type { Backend, Backends } from './backends.ts';

/** Who serves which shard, at one version of the map. */
export class Routes {
  /** The version of the setting that this is. */
  readonly version: number;
  readonly topology: Topology;
  /** The engines that serve any shard. */
  readonly serving: readonly Backend[];
  readonly #places: Uint16Array;

  constructor(version: number, topology: Topology, backends: Backends) {
    this.version = version;
    this.topology = topology;
    const names = [...new Set(topology.ranges.map(({ backend }) => backend))];
    this.serving = names.map((name) => backends.get(name));
    this.#places = new Uint16Array(topology.count);
    for (const { from, through, backend } of topology.ranges)
      this.#places.fill(names.indexOf(backend), from, through + 1);
  }

  /** A shard's engine. For a shard that there is not, any engine: it refuses in its own words. */
  of(shard: number): Backend {
    return this.serving[this.#places[shard] ?? 0] as Backend;
  }

  /** Sorts things by the engine of their shard, their order kept. */
  sort<T>(things: readonly T[], shardOfThing: (thing: T) => number): Map<Backend, T[]> {
    return Map.groupBy(things, (thing) => this.of(shardOfThing(thing)));
  }
}
