import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventTimeWindows } from './windows.ts';

const start = Date.UTC(2026, 0, 1);
const make = (more: object = {}) =>
  new EventTimeWindows({ widthMs: 1000, keep: 60, measures: 2, lateMs: 5000, start, ...more });

function advance(windows: EventTimeWindows, to: number): (readonly [second: number, counts: number[]])[] {
  const closed: (readonly [number, number[]])[] = [];
  windows.advance(start + to, (at, counts) => closed.push([(at - start) / 1000, [...counts]]));
  return closed;
}

test('events count where they happened, whatever their order, once the watermark has passed', () => {
  const windows = make();
  for (const at of [1500, 200, 999, 1000, 2999]) assert.equal(windows.add(start + at, 0), 'counted');
  windows.add(start + 1999, 1, 7);
  assert.deepEqual(advance(windows, 999), []);
  assert.deepEqual(advance(windows, 2000), [
    [0, [2, 0]],
    [1, [2, 7]],
  ]);
  assert.deepEqual(advance(windows, 4100), [
    [2, [1, 0]],
    [3, [0, 0]],
  ]);
});

test('what is late mends its window and is computed with next; what is too late is dropped', () => {
  const windows = make();
  advance(windows, 10_000);
  assert.equal(windows.add(start + 5000, 0), 'amended');
  assert.equal(windows.add(start + 4999, 0), 'late');
  windows.add(start + 10_500, 0);
  assert.deepEqual(advance(windows, 11_000), [[10, [2, 0]]]);
  assert.deepEqual(advance(windows, 12_000), [[11, [0, 0]]]);
  assert.deepEqual(windows.last(0, 8), [0, 1, 0, 0, 0, 0, 1, 0]);
});

test('a clock that runs far ahead cannot push anything out', () => {
  const windows = make();
  windows.add(start + 500, 0);
  assert.equal(windows.add(start + 3_600_000, 0), 'ahead');
  assert.deepEqual(advance(windows, 1000), [[0, [1, 0]]]);
});

test('the ring forgets the oldest, and time that was slept through was not observed', () => {
  const windows = make({ keep: 4 });
  for (let second = 0; second < 200; second += 1) {
    windows.add(start + second * 1000, 0, second);
    advance(windows, (second + 1) * 1000);
  }
  assert.deepEqual(windows.last(0, 10), [196, 197, 198, 199]);
  windows.skipTo(start + 500_000);
  advance(windows, 502_000);
  assert.deepEqual(windows.last(0, 4), [null, null, 0, 0]);
});
