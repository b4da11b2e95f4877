/** How many servers there are, and how many shards the fullest has, month by month. */
import { type Server, sizeOf } from './ranges.ts';
import type { PlannedSplit } from './splits.ts';

/** Walks through splits in order of time. */
export class Fleet {
  readonly #sizes: Map<string, number>;
  readonly #splits: readonly PlannedSplit[];
  #done = 0;

  constructor(start: readonly Server[], splits: readonly PlannedSplit[]) {
    this.#sizes = new Map(start.map(({ name, ranges }) => [name, sizeOf(ranges)]));
    this.#splits = splits;
  }

  /** Does the splits of up to a month; earlier ones are done already. */
  advance(month: number): void {
    for (let next = this.#splits[this.#done]; next && next.month <= month; next = this.#splits[this.#done]) {
      const size = sizeOf(next.moved);
      this.#sizes.set(next.server, (this.#sizes.get(next.server) ?? 0) - size);
      this.#sizes.set(next.to, size);
      this.#done += 1;
    }
  }

  get servers(): number {
    return this.#sizes.size;
  }

  /** The shards of the server that has most. */
  get fullest(): number {
    return this.#sizes.values().reduce((most, size) => Math.max(most, size), 0);
  }
}
