import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, systemClock } from './clock.ts';

test('a manual clock stands still until it is moved, and moves by as much', () => {
  const clock = new ManualClock(1_000);
  assert.equal(clock.now(), 1_000);
  assert.equal(clock.now(), 1_000);
  clock.advance(250);
  assert.equal(clock.now(), 1_250);
});

test('two manual clocks start at the same moment', () => {
  assert.equal(new ManualClock().now(), new ManualClock().now());
});

test('the system clock tells the time of the machine', () => {
  const before = Date.now();
  const now = systemClock.now();
  assert.ok(before <= now && now <= Date.now());
});
