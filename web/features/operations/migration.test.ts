import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byUrgency, comparisonOf, isOver, type MovingShard, progressOf, shardProgress } from './migration.ts';

const shard = (number: number, more: Partial<MovingShard> = {}): MovingShard => ({
  shard: number,
  stage: 'copying',
  rows: 25,
  total: 100,
  passes: 0,
  clean: false,
  differences: 0,
  ...more,
});

test('progress is the share of rows that are copied', () => {
  assert.equal(progressOf({ rows: 25, total: 100 }), 0.25);
  assert.equal(progressOf({ rows: 130, total: 100 }), 1, 'the total is an estimate');
  assert.equal(progressOf({ rows: 0, total: 0 }), 0);
});

test('a shard that is copied is so, however few rows it has', () => {
  assert.equal(shardProgress(shard(1)), 0.25);
  assert.equal(shardProgress(shard(1, { stage: 'following', rows: 0, total: 0 })), 1);
  assert.equal(shardProgress(shard(1, { stage: 'waiting', rows: 0, total: 0 })), 0);
});

test('what is unlike comes first, what has moved last', () => {
  const shards = [
    shard(1, { stage: 'moved', passes: 3, clean: true }),
    shard(2, { stage: 'waiting' }),
    shard(3),
    shard(4, { stage: 'following', passes: 1, differences: 2 }),
    shard(0),
  ];
  assert.deepEqual(
    byUrgency(shards).map((moving) => moving.shard),
    [4, 0, 3, 2, 1],
  );
});

test('a comparison alarms while the two sides are unlike, not once they are healed', () => {
  assert.deepEqual(comparisonOf(shard(1)), { text: 'not compared yet', isAlarming: false });
  assert.deepEqual(comparisonOf(shard(1, { passes: 1, differences: 3 })), {
    text: '3 unlike',
    isAlarming: true,
  });
  const healed = shard(1, { passes: 2, clean: true, differences: 3 });
  assert.deepEqual(comparisonOf(healed), { text: 'alike, 3 healed', isAlarming: false });
  assert.equal(comparisonOf(shard(1, { passes: 1, clean: true })).text, 'alike');
});

test('a migration is over when it is finished or rolled back', () => {
  assert.ok(isOver({ phase: 'finished' }) && isOver({ phase: 'rolled-back' }));
  assert.ok(!isOver({ phase: 'backup' }) && !isOver({ phase: 'rolling-back' }));
});
