import type { Log } from '#kernel/log';

/** Who wants to hear of shards. A listener that throws is logged and keeps nobody from hearing. */
export class Listeners {
  readonly #all = new Set<(shard: number) => void>();
  readonly #log: Log | undefined;

  constructor(log: Log | undefined) {
    this.#log = log;
  }

  /** Adds a listener; answers how to stop. */
  add(listener: (shard: number) => void): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  /** Tells all of them. */
  tell(shard: number): void {
    for (const listener of this.#all) {
      try {
        listener(shard);
      } catch (error) {
        this.#log?.error({ err: error, shard }, 'a listener to shards failed');
      }
    }
  }
}
