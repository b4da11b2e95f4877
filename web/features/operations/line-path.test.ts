import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaPath, linePath, roundMax } from './line-path.ts';

test('a line goes through its values from edge to edge, and is broken where nothing is known', () => {
  assert.equal(linePath([0, 5, 10], 10), 'M0 100L500 50L1000 0');
  assert.equal(linePath([null, 5, null, 10, 10], 10), 'M250 50h1M750 0L1000 0');
  assert.equal(linePath([null, null], 10), '');
  assert.equal(linePath([99, -1], 10), 'M0 0L1000 100');
});

test('the area below it stands on the ground', () => {
  assert.equal(areaPath([5, 10], 10), 'M0 100L0 50L1000 0L1000 100z');
});

test('a chart is as high as a round number', () => {
  assert.deepEqual([0, 0.3, 1, 17, 23, 26, 501, Number.NaN].map(roundMax), [1, 0.5, 1, 20, 25, 50, 1000, 1]);
});
