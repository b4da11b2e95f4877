/** What every adapter of the cache port must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Cache } from './port.ts';

const entry = (key: string, version: number, value = `${key} at ${version}`) => ({ key, version, value });

/** Runs the suite on what `create` gives: an empty cache with room for 500 short values. */
export function describeCache(name: string, create: () => Promise<Cache<string>>): void {
  describe(name, () => {
    let cache: Cache<string>;
    beforeEach(async () => {
      cache = await create();
    });
    const versions = async (...keys: string[]) => {
      const found = await cache.getMany(keys);
      return keys.map((key) => found.get(key)?.version);
    };

    it('gives what it holds, with versions, and leaves out the rest', async () => {
      await cache.setIfNewer([entry('a', 1), entry('b', 7)]);
      const found = await cache.getMany(['b', 'c', 'a', 'b']);
      assert.deepEqual(
        found,
        new Map([
          ['b', { version: 7, value: 'b at 7' }],
          ['a', { version: 1, value: 'a at 1' }],
        ]),
      );
    });

    it('takes empty lists', async () => {
      await cache.setIfNewer([]);
      await cache.drop([]);
      assert.equal((await cache.getMany([])).size, 0);
    });

    it('lets a newer version replace an older one, never the other way round', async () => {
      await cache.setIfNewer([entry('a', 2, 'second')]);
      await cache.setIfNewer([entry('a', 1, 'first')]);
      assert.equal((await cache.getMany(['a'])).get('a')?.value, 'second');
      await cache.setIfNewer([entry('a', 2, 'second again')]);
      assert.equal((await cache.getMany(['a'])).get('a')?.value, 'second');
      await cache.setIfNewer([entry('a', 3, 'third'), entry('a', 2, 'late')]);
      assert.equal((await cache.getMany(['a'])).get('a')?.value, 'third');
    });

    it('forgets a dropped key, which then takes any version', async () => {
      await cache.setIfNewer([entry('a', 5), entry('b', 5)]);
      await cache.drop(['a', 'never there']);
      assert.deepEqual(await versions('a', 'b'), [undefined, 5]);
      await cache.setIfNewer([entry('a', 1)]);
      assert.deepEqual(await versions('a'), [1]);
    });

    it('refuses old versions of a key that was dropped at a version', async () => {
      await cache.setIfNewer([entry('a', 3)]);
      await cache.drop(['a'], 4);
      await cache.drop(['a'], 2);
      await cache.setIfNewer([entry('a', 3), entry('a', 4)]);
      assert.deepEqual(await versions('a'), [undefined]);
      await cache.setIfNewer([entry('a', 5)]);
      assert.deepEqual(await versions('a'), [5]);
    });

    it('takes awkward keys', async () => {
      const keys = ['', '__proto__', 'constructor', 'with space', 'ü🥧', 'x'.repeat(200)];
      await cache.setIfNewer(keys.map((key) => entry(key, 1)));
      assert.deepEqual(
        await versions(...keys),
        keys.map(() => 1),
      );
    });

    it('tells the share of lookups that it answered', async () => {
      assert.equal(cache.hitRate(), 0);
      await cache.setIfNewer([entry('a', 1)]);
      await cache.getMany(['a', 'b', 'c', 'a']);
      assert.equal(cache.hitRate(), 0.5);
    });

    it('counts lookups and answers', async () => {
      await cache.setIfNewer([entry('a', 1)]);
      await cache.getMany(['a', 'b', 'c']);
      assert.deepEqual(cache.lookups(), { asked: 3, answered: 1 });
    });

    it('gives one value without waiting, where it can', async () => {
      await cache.setIfNewer([entry('a', 1)]);
      if (!cache.peek) return;
      assert.deepEqual(cache.peek('a'), { version: 1, value: 'a at 1' });
      assert.equal(cache.peek('b'), undefined);
    });
  });
}
