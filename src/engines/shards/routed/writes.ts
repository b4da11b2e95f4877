/** Writes on their way to a shard's engine. */
import { ShardSealedError } from '../sealed.ts';
import type { MovableShards } from '../transfer.ts';
import { Gates } from './gates.ts';
import type { MapFollower } from './map-follower.ts';
import { retrySealed } from './sealed-retry.ts';
import type { Watchers } from './watchers.ts';

/** Runs writes where their shard is, holding them up while it changes engines. */
export class Writes {
  readonly #map: MapFollower;
  readonly #watchers: Watchers;
  readonly #limitMs: number;
  readonly #gates = new Gates();

  constructor(map: MapFollower, watchers: Watchers, limitMs: number) {
    this.#map = map;
    this.#watchers = watchers;
    this.#limitMs = limitMs;
  }

  /** Keeps writes of a shard waiting until disposed. */
  pause(shard: number): Disposable {
    return this.#gates.close(shard);
  }

  /** Runs a write; `work` may be run again after it was refused by a sealed shard. */
  run<T>(shard: number, work: (engine: MovableShards) => Promise<T>): Promise<T> {
    return this.#watchers.write(shard, () => this.#run(shard, work));
  }

  async #run<T>(shard: number, work: (engine: MovableShards) => Promise<T>): Promise<T> {
    try {
      return await this.#attempt(shard, work);
    } catch (error) {
      if (!(error instanceof ShardSealedError)) throw error;
      const retry = { limitMs: this.#limitMs, refresh: () => this.#map.refresh() };
      return retrySealed(error, () => this.#attempt(shard, work), retry);
    }
  }

  async #attempt<T>(shard: number, work: (engine: MovableShards) => Promise<T>): Promise<T> {
    if (!this.#gates.areOpen) await this.#gates.pass(shard);
    const backend = this.#map.routes.of(shard);
    return work(backend.engine ?? (await backend.ready()));
  }
}
