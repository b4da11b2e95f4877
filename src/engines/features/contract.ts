/** What every store of features must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import type { Features, FeatureWrite } from './port.ts';

const write = (entity: string, numbers: number[], rest: Partial<FeatureWrite> = {}): FeatureWrite => ({
  entity,
  name: 'look',
  version: 1,
  value: Float32Array.from(numbers),
  ...rest,
});

/** Runs the suite on what `open` gives: each time without any features. */
export function describeFeatures(title: string, open: () => Promise<Features>): void {
  describe(title, () => {
    let features: Features;
    beforeEach(async () => {
      features = await open();
    });
    afterEach(() => features.close());

    const numbersOf = async (entity: string, name = 'look'): Promise<number[] | undefined> => {
      const value = (await features.getMany(name, [entity])).get(entity);
      return value && [...value];
    };

    it('gives back arrays of any length, absent ones left out', async () => {
      await features.put([write('a', [1, -0.5, 2048]), write('b', [])]);
      await features.put([
        write(
          'ünï 🦀',
          Array.from({ length: 5000 }, (_, i) => i % 100),
        ),
      ]);
      const found = await features.getMany('look', ['a', 'b', 'nobody', 'a']);
      assert.deepEqual([...found.keys()].sort(), ['a', 'b']);
      assert.deepEqual(found.get('a'), Float32Array.of(1, -0.5, 2048));
      assert.deepEqual(found.get('b'), new Float32Array());
      assert.equal((await numbersOf('ünï 🦀'))?.length, 5000);
    });

    it('keeps numbers to a thousandth', async () => {
      const number = fc.double({ min: -60_000, max: 60_000, noNaN: true }).filter((x) => Math.abs(x) > 1e-4);
      await fc.assert(
        fc.asyncProperty(fc.array(number, { maxLength: 20 }), async (numbers) => {
          await features.put([write('a', numbers)]);
          const kept = (await numbersOf('a')) ?? [];
          assert.equal(kept.length, numbers.length);
          for (const [i, x] of numbers.entries())
            assert.ok(Math.abs((kept[i] ?? 0) - x) <= Math.abs(x) / 1000);
        }),
        { numRuns: 40 },
      );
    });

    it('keeps the names of an entity apart', async () => {
      await features.put([write('a', [1]), write('a', [2], { name: 'colour' })]);
      assert.deepEqual(await numbersOf('a'), [1]);
      assert.deepEqual(await numbersOf('a', 'colour'), [2]);
      assert.equal(await numbersOf('a', 'unknown'), undefined);
    });

    it('replaces a value by the same or a newer version, never by an older one', async () => {
      await features.put([write('a', [1], { version: 5 }), write('a', [2], { version: 7 })]);
      await features.put([write('a', [3], { version: 6 })]);
      assert.deepEqual(await numbersOf('a'), [2]);
      await features.put([write('a', [4], { version: 7 })]);
      assert.deepEqual(await numbersOf('a'), [4]);
      assert.equal(await features.count('look'), 1);
    });

    it('walks all entities of a name in order', async () => {
      const entities = Array.from(
        { length: 1234 },
        (_, i) => `media-${String((i * 577) % 1234).padStart(4, '0')}`,
      );
      await features.put(entities.map((entity, i) => write(entity, [i % 50])));
      await features.put([write('other', [1], { name: 'colour' })]);
      const walked: string[] = [];
      for (let after = ''; ; ) {
        const page = await features.scan('look', after, 500);
        walked.push(...page.map(({ entity }) => entity));
        after = page.at(-1)?.entity ?? '';
        if (page.length < 500) break;
      }
      assert.deepEqual(walked, entities.toSorted());
      const [third] = await features.scan('look', entities.toSorted()[1] ?? '', 1);
      assert.deepEqual(third?.value, Float32Array.of(entities.indexOf(third?.entity ?? '') % 50));
      assert.deepEqual(await features.scan('unknown', '', 10), []);
    });

    it('reads and removes many at once, and counts what is left', async () => {
      const entities = Array.from({ length: 1500 }, (_, i) => `e${i}`);
      await features.put(entities.map((entity) => write(entity, [1])));
      await features.put([write('e1', [9], { name: 'colour' })]);
      assert.equal((await features.getMany('look', entities)).size, 1500);
      assert.equal(await features.count('look'), 1500);
      await features.remove([...entities.slice(0, 1100), 'nobody']);
      assert.deepEqual(
        [...(await features.getMany('look', entities)).keys()].sort(),
        entities.slice(1100).sort(),
      );
      assert.equal(await features.count('look'), 400);
      assert.equal(await features.count('colour'), 0);
      assert.equal(await features.count('unknown'), 0);
    });

    it('gives values that are the callers own', async () => {
      const value = Float32Array.of(1, 2);
      const storing = features.put([write('a', [], { value })]);
      value[0] = 7;
      await storing;
      (await features.getMany('look', ['a'])).get('a')?.fill(8);
      assert.deepEqual(await numbersOf('a'), [1, 2]);
    });

    it('refuses numbers that it cannot hold, and stores nothing of that call', async () => {
      for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 70_000]) {
        await assert.rejects(features.put([write('a', [1]), write('b', [wrong])]), InvalidInputError);
      }
      assert.equal(await features.count('look'), 0);
    });

    it('finishes what was asked before it closes, refuses what comes after, and may be closed twice', async () => {
      const asked = features.put([write('a', [1])]);
      await features.close();
      await asked;
      await features.close();
      await assert.rejects(features.put([write('b', [1])]), UnavailableError);
      await assert.rejects(features.getMany('look', ['a']), UnavailableError);
      await assert.rejects(features.scan('look', '', 1), UnavailableError);
      await assert.rejects(features.remove(['a']), UnavailableError);
    });
  });
}
