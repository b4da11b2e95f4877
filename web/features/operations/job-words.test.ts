import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueueView } from '#services/jobs/contract';
import { limitsText, spanOf, sumOf } from './job-words.ts';

const queue = (overrides: Partial<QueueView>): QueueView => ({
  name: 'work',
  pending: 0,
  due: 0,
  running: 0,
  done: 0,
  failed: 0,
  oldestDue: null,
  policy: { isPaused: false, concurrency: null, rate: null },
  perMinute: { enqueued: 0, done: 0, failed: 0, retried: 0 },
  slots: null,
  dequeues: { all: 0, empty: 0 },
  ...overrides,
});

test('spans are in the unit in which they are short', () => {
  assert.deepEqual([200, 40_000, 700_000, 11_000_000, 432_000_000].map(spanOf), [
    'now',
    '40 s',
    '12 min',
    '3 h',
    '5 days',
  ]);
});

test('limits are told where there are any', () => {
  const policy = { isPaused: false, concurrency: 2, rate: { perSecond: 5, burst: 9 } };
  assert.equal(limitsText(queue({ policy })), '2 at once · 5 a second');
  assert.equal(limitsText(queue({})), '');
});

test('queues add up, the oldest job of any counts', () => {
  const { due, later, oldestDue, inVain } = sumOf([
    queue({ pending: 5, due: 3, oldestDue: 90, dequeues: { all: 30, empty: 1 } }),
    queue({ pending: 1, due: 1, oldestDue: 40, dequeues: { all: 10, empty: 1 } }),
    queue({}),
  ]);
  assert.deepEqual([due, later, oldestDue, inVain], [4, 2, 40, 0.05]);
  assert.deepEqual([sumOf([]).oldestDue, sumOf([]).inVain], [null, 0]);
});
