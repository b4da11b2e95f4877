import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pressed, sorted } from './sort.ts';

const rows = [
  { name: 'server-10', pins: 3 },
  { name: 'server-2', pins: 12 },
  { name: 'local', pins: 3 },
];

test('numbers sort as numbers, names with their numbers', () => {
  assert.deepEqual(
    sorted(rows, { by: 'pins', isDescending: true }).map(({ pins }) => pins),
    [12, 3, 3],
  );
  assert.deepEqual(
    sorted(rows, { by: 'name', isDescending: false }).map(({ name }) => name),
    ['local', 'server-2', 'server-10'],
  );
});

test('equal rows stay as they were', () => {
  const names = sorted(rows, { by: 'pins', isDescending: false }).map(({ name }) => name);
  assert.deepEqual(names, ['server-10', 'local', 'server-2']);
});

test('a press sorts by the most first, a second one turns around', () => {
  const first = pressed<'name' | 'pins'>({ by: 'name', isDescending: false }, 'pins');
  assert.deepEqual(first, { by: 'pins', isDescending: true });
  assert.deepEqual(pressed(first, 'pins'), { by: 'pins', isDescending: false });
});
