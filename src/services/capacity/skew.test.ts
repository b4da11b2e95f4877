import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { skewOf } from './skew.ts';

describe('skew', () => {
  it('is none where all shards have the same', () => {
    const { gini, maxOverMean, total, mean } = skewOf([7, 7, 7, 7]);
    assert.deepEqual([Math.abs(gini) < 1e-12, maxOverMean, total, mean], [true, 1, 28, 7]);
  });

  it('is all where one shard has everything', () => {
    const { gini, maxOverMean, top } = skewOf([0, 0, 12, 0]);
    assert.deepEqual([gini, maxOverMean, top], [0.75, 4, [2]]);
  });

  it('is the half of the mean difference of pairs over the mean', () => {
    // Pairs of 1, 2, 3, 6 differ by 32 in all 16 ordered pairs; the mean is 3: 32 / 16 / 3 / 2.
    assert.ok(Math.abs(skewOf([6, 1, 3, 2]).gini - 1 / 3) < 1e-12);
  });

  it('names the five fullest shards, equal ones in order', () => {
    assert.deepEqual(skewOf([1, 9, 3, 9, 2, 0, 4]).top, [1, 3, 6, 2, 4]);
  });

  it('is nothing of nothing', () => {
    for (const amounts of [[], [0, 0]]) {
      const { gini, maxOverMean, mean, top } = skewOf(amounts);
      assert.deepEqual([gini, maxOverMean, mean, top], [0, 0, 0, []]);
    }
  });
});
