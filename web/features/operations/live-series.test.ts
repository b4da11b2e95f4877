import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame, Snapshot } from '#services/monitor/contract';
import { partsOf, summaryOf, withFrame } from './live-series.ts';

const rest = { signals: [], queues: [], consumers: [], shards: null, alerts: [], late: 0 };
const frame = (at: number, requests: number | null): Frame => ({ at, figures: { requests }, ...rest });
const seconds = { from: 1000, stepMs: 1000, series: { requests: [1, 2, 3] } };
const snapshot: Snapshot = { ...frame(4000, 3), startedAt: 0, seconds, hour: seconds };

test('a frame moves the seconds on by one; those that were missed are not known', () => {
  const next = withFrame(snapshot, frame(5000, 9));
  assert.deepEqual(next.seconds, { from: 2000, stepMs: 1000, series: { requests: [2, 3, 9] } });
  assert.equal(next.at, 5000);
  assert.deepEqual(withFrame(next, frame(7000, 4)).seconds.series, { requests: [9, null, 4] });
  assert.deepEqual(withFrame(next, frame(900_000, 4)).seconds.series, { requests: [null, null, 4] });
  assert.deepEqual(withFrame(next, frame(5000, 7)).seconds, next.seconds);
});

test('summaries pass over what is not known', () => {
  assert.deepEqual(summaryOf([null, 2, 4]), { now: 4, mean: 3, most: 4 });
  assert.deepEqual(summaryOf([null, null]), { now: null, mean: null, most: null });
  assert.deepEqual(partsOf([1, 3, null, null, 5, 7], 3), [2, null, 6]);
});
