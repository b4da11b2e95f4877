import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PinView } from '#services/pins/contract';
import { guidesOf } from './guides.ts';

function pin(colour: string, ...tags: string[]): PinView {
  return { tags, picture: { colour } } as PinView;
}

const pins = [
  pin('#aa0000', 'apple', 'Pie', 'sweet'),
  pin('#00aa00', 'apple', 'pie', 'sweet'),
  pin('#0000aa', 'sweet', 'pie'),
  pin('#111111', 'pie'),
];

test('shared tags lead on, the most frequent first, in a colour of their pictures', () => {
  assert.deepEqual(guidesOf(pins, 'pie'), [
    { text: 'sweet', colour: '#aa0000' },
    { text: 'apple', colour: '#aa0000' },
  ]);
});

test('what was searched, what only one pin has and what all have lead nowhere', () => {
  assert.ok(!guidesOf(pins, 'cake').some(({ text }) => text.toLowerCase() === 'pie'));
  assert.deepEqual(guidesOf([pin('#000000', 'alone')], 'x'), []);
  assert.ok(!guidesOf(pins, 'sweet pie').some(({ text }) => text === 'sweet'));
});
