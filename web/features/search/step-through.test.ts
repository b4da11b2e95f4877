import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepThrough } from './step-through.ts';

test('arrows go round through the list and back to the field', () => {
  assert.equal(stepThrough(-1, 1, 3), 0);
  assert.equal(stepThrough(2, 1, 3), -1);
  assert.equal(stepThrough(-1, -1, 3), 2);
  assert.equal(stepThrough(0, -1, 3), -1);
});

test('an empty list has only the field', () => {
  assert.equal(stepThrough(-1, 1, 0), -1);
});
