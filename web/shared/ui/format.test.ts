import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysAgo, fileSize, hostOf, isWebUrl, plural } from './format.ts';

const day = 86_400_000;

test('counts agree with their noun', () => {
  assert.equal(plural(1, 'pin'), '1 pin');
  assert.equal(plural(0, 'pin'), '0 pins');
  assert.equal(plural(12_000, 'pin'), '12,000 pins');
});

test('time is told in the coarsest words that still say something', () => {
  const since = (days: number) => daysAgo(0, days * day);
  assert.equal(since(0.5), 'today');
  assert.equal(since(1.5), 'yesterday');
  assert.equal(since(13), '13 days ago');
  assert.equal(since(30), '4 weeks ago');
  assert.equal(since(100), '3 months ago');
  assert.equal(since(800), '2 years ago');
  assert.equal(since(-1), 'today', 'a clock that is ahead');
});

test('only addresses of the web become links', () => {
  assert.ok(isWebUrl('https://example.org/x'));
  assert.ok(!isWebUrl('javascript:alert(1)'));
  assert.ok(!isWebUrl('http:///x'));
  assert.equal(hostOf('https://www.example.org/a'), 'example.org');
  assert.equal(hostOf('a book'), 'a book');
});

test('sizes are rounded', () => {
  assert.equal(fileSize(10), '1 kB');
  assert.equal(fileSize(830_400), '830 kB');
  assert.equal(fileSize(4_210_000), '4.2 MB');
});
