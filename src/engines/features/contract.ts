/** What every adapter of the features port must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import type { Features, FeatureWrite } from './port.ts';

const write = (entity: string, version: number, ...value: number[]): FeatureWrite => ({
  entity,
  name: 'looks',
  version,
  value: Float32Array.from(value),
});

/** Runs the suite on what `open` gives: opened again on the same path it holds what it held. */
export function describeFeatures(name: string, open: (path: string) => Promise<Features>): void {
  describe(name, () => {
    it('keeps values to half precision, by name and entity', async () => {
      const features = await open('values');
      await features.put([write('a', 1, 0.1, -2.5, 1000), { ...write('a', 1, 7), name: 'other' }]);
      const [value] = (await features.getMany('looks', ['a', 'missing'])).values();
      assert.equal(value?.length, 3);
      for (const [at, wanted] of [0.1, -2.5, 1000].entries()) {
        assert.ok(Math.abs((value[at] ?? Number.NaN) - wanted) <= Math.abs(wanted) * 1e-3);
      }
      assert.deepEqual([...((await features.getMany('other', ['a'])).get('a') ?? [])], [7]);
      await features.close();
    });

    it('ignores an older version', async () => {
      const features = await open('versions');
      await features.put([write('a', 5, 5)]);
      await features.put([write('a', 4, 4)]);
      assert.deepEqual([...((await features.getMany('looks', ['a'])).get('a') ?? [])], [5]);
      await features.put([write('a', 6, 6)]);
      assert.deepEqual([...((await features.getMany('looks', ['a'])).get('a') ?? [])], [6]);
      await features.close();
    });

    it('walks all entities once, in order, in pages', async () => {
      const features = await open('scan');
      await features.put(['d', 'b', 'a', 'c'].map((entity, at) => write(entity, 1, at)));
      const first = await features.scan('looks', '', 3);
      const rest = await features.scan('looks', 'c', 3);
      assert.deepEqual(
        [...first, ...rest].map(({ entity }) => entity),
        ['a', 'b', 'c', 'd'],
      );
      assert.equal(await features.count('looks'), 4);
      await features.close();
    });

    it('removes all features of an entity, and remembers when opened again', async () => {
      const before = await open('again');
      await before.put([write('a', 1, 1), write('b', 1, 2)]);
      await before.remove(['a']);
      await before.close();
      const after = await open('again');
      assert.deepEqual([...(await after.getMany('looks', ['a', 'b'])).keys()], ['b']);
      await after.close();
    });

    it('refuses work after close', async () => {
      const features = await open('closed');
      await features.close();
      await assert.rejects(features.getMany('looks', ['a']), UnavailableError);
      await assert.rejects(features.put([write('a', 1, 1)]), UnavailableError);
    });
  });
}
