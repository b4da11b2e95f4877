import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PinView } from '#services/pins/contract';
import { pinName } from './pin-name.ts';

const pin = (words: Partial<Pick<PinView, 'altText' | 'title' | 'description'>>) =>
  ({ altText: '', title: '', description: '', board: { name: 'Pies' }, ...words }) as PinView;

test('the words nearest to what the picture shows name it', () => {
  assert.equal(pinName(pin({ altText: 'A pie on a table', title: 'Pie' })), 'A pie on a table');
  assert.equal(pinName(pin({ title: ' Pie ', description: 'long' })), 'Pie');
  assert.equal(pinName(pin({ description: 'First line\nsecond' })), 'First line');
});

test('a picture without words is still not nameless', () => {
  assert.equal(pinName(pin({})), 'Picture on the board Pies');
});

test('a long description is cut', () => {
  assert.equal(pinName(pin({ description: 'x'.repeat(500) })).length, 120);
});
