import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PinView } from '#services/pins/contract';
import { neighbour } from './walk.ts';

const pins = ['a', 'b', 'c'].map((id) => ({ id }) as unknown as PinView);

test('arrows lead to the neighbours in the list', () => {
  assert.equal(neighbour(pins, 'b', 1)?.id, 'c');
  assert.equal(neighbour(pins, 'b', -1)?.id, 'a');
});

test('the list has ends, and a pin from elsewhere has no neighbours', () => {
  assert.equal(neighbour(pins, 'c', 1), undefined);
  assert.equal(neighbour(pins, 'a', -1), undefined);
  assert.equal(neighbour(pins, 'x', 1), undefined);
});
