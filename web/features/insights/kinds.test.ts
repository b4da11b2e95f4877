import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shares } from './kinds.ts';

test('the tallest bar is whole, the others in proportion', () => {
  assert.deepEqual(shares([0, 5, 10]), [0, 0.5, 1]);
});

test('nothing has no height, however many days of it', () => {
  assert.deepEqual(shares([0, 0]), [0, 0]);
  assert.deepEqual(shares([]), []);
});
