import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRange } from './range.ts';

const etag = '"a"';

test('a range is half-open and ends at the file', () => {
  assert.deepEqual(parseRange('bytes=0-0', 10, undefined, etag), { start: 0, end: 1 });
  assert.deepEqual(parseRange('bytes=3-', 10, undefined, etag), { start: 3, end: 10 });
  assert.deepEqual(parseRange('bytes=3-99', 10, undefined, etag), { start: 3, end: 10 });
});

test('a suffix counts from the end', () => {
  assert.deepEqual(parseRange('bytes=-4', 10, undefined, etag), { start: 6, end: 10 });
  assert.deepEqual(parseRange('bytes=-40', 10, undefined, etag), { start: 0, end: 10 });
  assert.equal(parseRange('bytes=-0', 10, undefined, etag), 'unsatisfiable');
});

test('a start behind the end cannot be satisfied', () => {
  assert.equal(parseRange('bytes=10-', 10, undefined, etag), 'unsatisfiable');
});

test('several ranges, nonsense and a stale If-Range give the whole', () => {
  for (const header of ['bytes=0-1,3-4', 'bytes=', 'items=0-1', 'bytes=5-2']) {
    assert.equal(parseRange(header, 10, undefined, etag), undefined);
  }
  assert.equal(parseRange('bytes=0-1', 10, '"b"', etag), undefined);
  assert.deepEqual(parseRange('bytes=0-1', 10, etag, etag), { start: 0, end: 2 });
});
