import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barPath } from './bar-path.ts';

test('a bar is as high as its share of the largest, and stands in its place', () => {
  assert.equal(barPath([5, 0, 10], 10), 'M40 100v-50h253.33v50zM706.67 100v-100h253.33v100z');
});

test('whatever there is can be seen, nothing is not drawn', () => {
  assert.match(barPath([1, 1e9], 1e9), /^M\d+ 100v-1\.5h/);
  assert.equal(barPath([0, 0], 0), '');
  assert.equal(barPath([], 5), '');
});
