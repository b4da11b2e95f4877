/** The cache port in this process's memory: what was used longest ago goes first. */
import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from '#kernel/clock';
import type { Cache, Versioned } from './port.ts';

/** How much to keep: a number of values, or bytes as `sizeOf` counts them, each over 0. */
export type LruCacheOptions<T> = (
  | { readonly maxEntries: number }
  | { readonly maxBytes: number; readonly sizeOf: (value: T) => number }
) & {
  /** Times tombstones; the machine's clock when left out. */
  readonly clock?: Clock;
};

/** How long a dropped key refuses old values, in milliseconds, and how many such keys are remembered. */
const tombstones = { ttl: 60_000, max: 10_000 };

/** Bytes that an entry takes beside its value: key, links, index. */
const entryOverhead = 200;

function limitsOf<T>(options: LruCacheOptions<T>) {
  // A `max` would reserve room for all of it at once.
  if ('maxEntries' in options) return { maxSize: options.maxEntries, sizeCalculation: () => 1 };
  const sizeCalculation = ({ value }: Versioned<T>) => Math.ceil(options.sizeOf(value)) + entryOverhead;
  return { maxSize: options.maxBytes, sizeCalculation };
}

/** Makes an empty cache. A value larger than the whole cache is not kept. */
export function createLruCache<T>(options: LruCacheOptions<T>): Cache<T> {
  return new MemoryCache(options);
}

class MemoryCache<T> implements Cache<T> {
  readonly #values: LRUCache<string, Versioned<T>>;
  readonly #dropped: LRUCache<string, number>;
  #lookups = 0;
  #hits = 0;

  constructor(options: LruCacheOptions<T>) {
    const clock = options.clock ?? systemClock;
    this.#values = new LRUCache(limitsOf(options));
    this.#dropped = new LRUCache({ ...tombstones, ttlResolution: 0, perf: clock });
  }

  peek(key: string): Versioned<T> | undefined {
    const found = this.#values.get(key);
    this.#lookups += 1;
    if (found !== undefined) this.#hits += 1;
    return found;
  }

  async getMany(keys: readonly string[]): Promise<Map<string, Versioned<T>>> {
    const found = new Map<string, Versioned<T>>();
    for (const key of keys) {
      const value = this.peek(key);
      if (value !== undefined) found.set(key, value);
    }
    return found;
  }

  async setIfNewer(
    entries: readonly { readonly key: string; readonly version: number; readonly value: T }[],
  ): Promise<void> {
    for (const { key, version, value } of entries) {
      const there = this.#values.peek(key)?.version ?? 0;
      const dropped = this.#dropped.get(key) ?? 0;
      if (version > there && version > dropped) this.#values.set(key, { version, value });
    }
  }

  async drop(keys: readonly string[], version?: number): Promise<void> {
    for (const key of keys) {
      this.#values.delete(key);
      if (version !== undefined) this.#dropped.set(key, Math.max(version, this.#dropped.get(key) ?? 0));
    }
  }

  lookups(): { readonly asked: number; readonly answered: number } {
    return { asked: this.#lookups, answered: this.#hits };
  }

  hitRate(): number {
    return this.#lookups === 0 ? 0 : this.#hits / this.#lookups;
  }
}
