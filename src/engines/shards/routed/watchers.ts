/** Who watches reads and writes go by. */
import { UnavailableError } from '#kernel/errors';
import type { ShardWatcher } from '../routing.ts';
import { Reads } from './reads.ts';

/** All watchers of one router; nothing is timed or counted while there are none. */
export class Watchers {
  readonly #all = new Set<ShardWatcher>();
  readonly #reads = new Reads();

  /** Whether nobody watches. */
  get areIdle(): boolean {
    return this.#all.size === 0;
  }

  /** Adds one; answers how to stop. */
  add(watcher: ShardWatcher): () => void {
    this.#all.add(watcher);
    return () => this.#all.delete(watcher);
  }

  /** Runs a read that people wait for. */
  async read<T>(read: () => Promise<T>): Promise<T> {
    if (this.areIdle) return read();
    const start = performance.now();
    const answer = await this.quietly(read);
    const ms = performance.now() - start;
    for (const watcher of this.#all) watcher.read(ms);
    return answer;
  }

  /** Runs a read whose time says nothing about what people wait for. */
  async quietly<T>(read: () => Promise<T>): Promise<T> {
    return this.areIdle ? read() : this.#reads.run(() => this.#failing(read));
  }

  /** Runs a write to a shard. */
  async write<T>(shard: number, write: () => Promise<T>): Promise<T> {
    if (this.areIdle) return write();
    try {
      return await this.#failing(write);
    } finally {
      for (const watcher of this.#all) watcher.wrote(shard);
    }
  }

  /** Resolves when the reads that are under way have ended. */
  readsEnded(): Promise<void> {
    return this.#reads.ended();
  }

  async #failing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof UnavailableError) for (const watcher of this.#all) watcher.failed(error);
      throw error;
    }
  }
}
