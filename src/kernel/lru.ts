/** What was used last, kept in memory up to a number of entries. */
import { LRUCache } from 'lru-cache';

const one = () => 1;

/**
 * Keeps at most `most` entries and forgets the least recently used first. Memory grows with what is kept: given the
 * same number as `max`, the library reserves room for all of it at once, 8 MB for a cache of 100,000.
 */
export function recent<K extends NonNullable<unknown>, V extends NonNullable<unknown>>(
  most: number,
): LRUCache<K, V> {
  return new LRUCache<K, V>({ maxSize: most, sizeCalculation: one });
}
