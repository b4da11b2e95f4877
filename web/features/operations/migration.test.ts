import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byUrgency, isOver, type Migration, type MovingShard, progressOf } from './migration.ts';

const shard = (number: number, more: Partial<MovingShard> = {}): MovingShard => ({
  shard: number,
  phase: 'copying',
  copied: 25,
  total: 100,
  differences: 0,
  ...more,
});

test('progress is the share of rows that are copied', () => {
  assert.equal(progressOf(shard(1)), 0.25);
  assert.equal(progressOf(shard(1, { copied: 130 })), 1, 'rows may be added meanwhile');
  assert.equal(progressOf(shard(1, { phase: 'moved', copied: 0 })), 1);
});

test('a shard without rows is copied once it is its turn', () => {
  const empty = { copied: 0, total: 0 };
  assert.equal(progressOf(shard(1, { ...empty, phase: 'waiting' })), 0);
  assert.equal(progressOf(shard(1, { ...empty, phase: 'comparing' })), 1);
});

test('what differs comes first, what is settled last', () => {
  const shards = [
    shard(1, { phase: 'moved' }),
    shard(2, { phase: 'waiting' }),
    shard(3),
    shard(4, { differences: 2 }),
    shard(0),
  ];
  assert.deepEqual(
    byUrgency(shards).map((moving) => moving.shard),
    [4, 0, 3, 2, 1],
  );
});

test('a migration is over when every shard has come to an end', () => {
  const over = (...shards: MovingShard[]) => isOver({ shards } as Pick<Migration, 'shards'> as Migration);
  assert.ok(over(shard(1, { phase: 'moved' }), shard(2, { phase: 'rolled-back' })));
  assert.ok(!over(shard(1, { phase: 'moved' }), shard(2)));
});
