/** The shards' contract: the outbox. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { emit, idOf, put, type ShardsBed } from './contract-bed.ts';
import type { Shards } from './port.ts';

async function events(shards: Shards, shard: number): Promise<unknown[]> {
  return (await shards.readOutbox(shard, 0, 1000)).map(({ event }) => event['n']);
}

async function sequences(shards: Shards, shard: number): Promise<number[]> {
  return (await shards.readOutbox(shard, 0, 1000)).map(({ sequence }) => sequence);
}

/** Registers the tests. */
export function outboxCases(bed: () => ShardsBed): void {
  it('keeps events in commit order with sequences that go up', async () => {
    const { shards } = bed();
    await shards.commit(1, [emit({ n: 1 }), emit({ n: 2 })]);
    await Promise.all([3, 4, 5].map((n) => shards.commit(1, [put(idOf(1, 'pin', n), {}), emit({ n })])));
    assert.deepEqual(await events(shards, 1), [1, 2, 3, 4, 5]);
    const numbers = await sequences(shards, 1);
    assert.ok(numbers.every((n, i) => n > (numbers[i - 1] ?? 0)));
  });

  it('reads behind a sequence, so many and no more', async () => {
    const { shards } = bed();
    await shards.commit(
      1,
      [1, 2, 3, 4].map((n) => emit({ n })),
    );
    const [first] = await sequences(shards, 1);
    const middle = await shards.readOutbox(1, first ?? 0, 2);
    assert.deepEqual(
      middle.map(({ event }) => event),
      [{ n: 2 }, { n: 3 }],
    );
  });

  it('forgets what is trimmed and never gives its sequences again, not even after a restart', async () => {
    const { shards } = bed();
    await shards.commit(
      1,
      [1, 2, 3].map((n) => emit({ n })),
    );
    const before = await sequences(shards, 1);
    await shards.trimOutbox(1, before[1] ?? 0);
    assert.deepEqual(await events(shards, 1), [3]);
    await shards.trimOutbox(1, before[2] ?? 0);
    const again = await bed().reopen();
    assert.deepEqual(await again.readOutbox(1, 0, 10), []);
    await again.commit(1, [emit({ n: 4 })]);
    const [next] = await sequences(again, 1);
    assert.ok((next ?? 0) > (before[2] ?? 0));
  });

  it('names the shards whose outbox holds entries, also after a restart', async () => {
    const { shards } = bed();
    await shards.commit(1, [put(idOf(1, 'pin', 1), {})]);
    await shards.commit(2, [emit({ n: 1 })]);
    await shards.commit(3, [emit({ n: 1 })]);
    assert.deepEqual(new Set(await shards.shardsWithOutbox()), new Set([2, 3]));
    await shards.trimOutbox(3, (await sequences(shards, 3))[0] ?? 0);
    const again = await bed().reopen();
    assert.deepEqual(await again.shardsWithOutbox(), [2]);
  });

  it('calls back when events can be read, not for commits without, not after being stopped', async () => {
    const { shards } = bed();
    const heard: Promise<unknown[]>[] = [];
    const stop = shards.onOutbox((shard) => heard.push(events(shards, shard)));
    await shards.commit(1, [emit({ n: 1 })]);
    await shards.commit(1, [put(idOf(1, 'pin', 1), {})]);
    await assert.rejects(shards.commit(1, [emit({ n: 2 }), put(idOf(1, 'pin', 1), {}, 0)]));
    assert.deepEqual(await Promise.all(heard), [[1]]);
    stop();
    await shards.commit(1, [emit({ n: 3 })]);
    assert.equal(heard.length, 1);
  });

  it('goes on when a listener throws', async () => {
    const { shards } = bed();
    const heard: number[] = [];
    shards.onOutbox(() => {
      throw new Error('a listener fails');
    });
    shards.onOutbox((shard) => heard.push(shard));
    await shards.commit(2, [emit({ n: 1 })]);
    assert.deepEqual(heard, [2]);
  });
}
