import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boardsMatching } from './boards-matching.ts';

const boards = ['Garden flowers', 'Café corners', 'Flowers', 'Pies'].map((name) => ({ name }));
const names = (words: string) => boardsMatching(boards, words).map(({ name }) => name);

test('no words keep every board in its order', () => {
  assert.deepEqual(names(''), ['Garden flowers', 'Café corners', 'Flowers', 'Pies']);
});

test('a board that begins with the words comes first', () => {
  assert.deepEqual(names('flow'), ['Flowers', 'Garden flowers']);
});

test('case and accents do not matter, nor the order of words', () => {
  assert.deepEqual(names('CORN cafe'), ['Café corners']);
});
