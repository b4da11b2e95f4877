/** The seed of each viewer's current home feed: it changes with time, and when the viewer does something that should show. */

import type { Clock } from '#kernel/clock';
import { recent } from '#kernel/lru';

const keptSeeds = 50_000;

/** Seeds by viewer. A seed is the time it was made, in milliseconds. */
export class Seeds {
  readonly #clock: Clock;
  readonly #seeds = recent<string, number>(keptSeeds);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The viewer's seed, renewed once it is older than `lastsMs`. */
  current(viewer: string, lastsMs: number): number {
    const now = this.#clock.now();
    const known = this.#seeds.get(viewer);
    if (known !== undefined && now - known < lastsMs) return known;
    this.#seeds.set(viewer, now);
    return now;
  }

  /** The next visit starts anew. */
  renew(viewer: string): void {
    this.#seeds.delete(viewer);
  }
}
