import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refitDue } from './growth.ts';

test('the first projection is due at 256 pictures', () => {
  assert.equal(refitDue(255, 0), 'no');
  assert.equal(refitDue(256, 0), 'now');
});

test('the next ones are due at once when the library doubled, and in a quiet hour when it grew by a fifth', () => {
  assert.deepEqual(
    [511, 512].map((pictures) => refitDue(pictures, 256)),
    ['later', 'now'],
  );
  assert.deepEqual(
    [307, 308].map((pictures) => refitDue(pictures, 256)),
    ['no', 'later'],
  );
});

test('a large library is fitted again only when it doubled', () => {
  assert.equal(refitDue(9_999, 5_000), 'no');
  assert.equal(refitDue(10_000, 5_000), 'now');
});
