import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { NotFoundError, UnavailableError } from '#kernel/errors';
import { ShardHealth } from './shard-health.ts';

const slowMs = 25;

describe('the health of shards', () => {
  let now: number;
  let health: ShardHealth;
  let answered: number[];
  beforeEach(() => {
    now = 1000;
    health = new ShardHealth({ pauseMs: 100, longestPauseMs: 400 }, () => now);
    answered = [];
    health.onAnswer((shard) => answered.push(shard));
  });
  const fail = (shard: number) =>
    assert.rejects(
      health.watch(shard, () => Promise.reject(new UnavailableError('down'))),
      UnavailableError,
    );
  const succeed = (shard: number) => health.watch(shard, async () => 'done');
  const admits = (...shards: number[]) => health.admits(shards, slowMs);

  it('lets everybody through to shards of which nothing is known, and to those that answer', async () => {
    assert.equal(admits(1), true);
    assert.equal(await succeed(1), 'done');
    assert.equal(admits(1), true);
    assert.deepEqual(answered, []);
  });

  it('lets one caller try a failing shard now and then, ever more seldom', async () => {
    await fail(1);
    const tries: number[] = [];
    for (const end = now + 2000; now < end; now += 10) if (admits(1)) tries.push(now - 1000);
    assert.deepEqual(tries, [100, 300, 700, 1100, 1500, 1900]);
    assert.equal(admits(2), true);
  });

  it('takes many failures at once for one', async () => {
    await Promise.all([fail(1), fail(1), fail(1)]);
    now += 100;
    assert.equal(admits(1), true);
  });

  it('is told of nothing by a refusal, which may come from before the shard', async () => {
    await fail(1);
    await assert.rejects(
      health.watch(1, () => Promise.reject(new NotFoundError('board'))),
      NotFoundError,
    );
    assert.equal(admits(1), false);
    assert.deepEqual(answered, []);
  });

  it('opens a shard again with the first write that succeeds, and tells', async () => {
    await fail(1);
    await succeed(1);
    assert.equal(admits(1), true);
    assert.equal(admits(1), true);
    assert.deepEqual(answered, [1]);
  });

  it('lets one caller try each other failing shard once one of them has answered', async () => {
    for (const shard of [1, 2, 3]) await fail(shard);
    assert.equal(admits(2), false);
    await succeed(1);
    assert.deepEqual([admits(2), admits(2), admits(3), admits(3)], [true, false, true, false]);
  });

  it('holds back those in a hurry while a write waits, and lets the patient through', async () => {
    const gate = Promise.withResolvers<void>();
    const waiting = health.watch(1, () => gate.promise);
    now += slowMs;
    assert.equal(admits(1), true);
    now += 1;
    assert.equal(admits(1), true, 'one who tries');
    assert.equal(admits(1), false);
    assert.equal(health.admits([1], 2000), true);
    now += 1000;
    gate.resolve();
    await waiting;
    assert.equal(admits(1), true);
    assert.deepEqual(answered, [1], 'it had kept somebody waiting');
  });

  it('forgets writes that wait once others succeed', async () => {
    const gate = Promise.withResolvers<void>();
    const waiting = health.watch(1, () => gate.promise);
    await succeed(1);
    now += 10_000;
    assert.equal(admits(1), true);
    gate.resolve();
    await waiting;
  });

  it('lets one caller try two failing shards at once, the same one named twice too', async () => {
    await fail(1);
    await fail(2);
    now += 50;
    await fail(3);
    now += 50;
    assert.equal(admits(1, 3), false, 'the other one is not due');
    assert.equal(admits(1, 2), true, 'that used up no try');
    assert.equal(admits(2), false);
    now += 300;
    assert.equal(admits(1, 1), true);
  });
});
