import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManualClock } from '#kernel/clock';
import { describeCache } from './contract.ts';
import { createLruCache } from './lru.ts';

const sizeOf = (value: string): number => value.length;
const entries = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ key: `k${from + i}`, version: 1, value: 'x'.repeat(800) }));

describeCache('LRU cache limited by entries', async () => createLruCache({ maxEntries: 500 }));
describeCache('LRU cache limited by bytes', async () => createLruCache({ maxBytes: 500_000, sizeOf }));

describe('LRU cache', () => {
  it('lets go of what was used longest ago', async () => {
    const cache = createLruCache<string>({ maxEntries: 3 });
    await cache.setIfNewer(entries(0, 3));
    await cache.getMany(['k0']);
    await cache.setIfNewer(entries(3, 4));
    assert.deepEqual([...(await cache.getMany(['k0', 'k1', 'k2', 'k3'])).keys()], ['k0', 'k2', 'k3']);
  });

  it('counts the bytes of values and of its own entries', async () => {
    const cache = createLruCache<string>({ maxBytes: 10_000, sizeOf });
    await cache.setIfNewer(entries(0, 20));
    const kept = await cache.getMany(entries(0, 20).map(({ key }) => key));
    assert.deepEqual(
      [...kept.keys()],
      entries(10, 20).map(({ key }) => key),
    );
  });

  it('does not keep a value that is larger than itself', async () => {
    const cache = createLruCache<string>({ maxBytes: 1000, sizeOf });
    await cache.setIfNewer([{ key: 'huge', version: 1, value: 'x'.repeat(5000) }]);
    assert.equal(cache.peek?.('huge'), undefined);
  });

  it('forgets after a minute which versions a dropped key refuses', async () => {
    const clock = new ManualClock();
    const cache = createLruCache<string>({ maxEntries: 3, clock });
    const stale = [{ key: 'a', version: 2, value: 'stale' }];
    await cache.drop(['a'], 9);
    clock.advance(59_000);
    await cache.setIfNewer(stale);
    assert.equal(cache.peek?.('a'), undefined);
    clock.advance(2000);
    await cache.setIfNewer(stale);
    assert.equal(cache.peek?.('a')?.value, 'stale');
  });
});
