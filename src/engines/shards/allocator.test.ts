import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeId, type Id } from '#kernel/ids';
import { Allocator } from './allocator.ts';

const localOf = (id: Id | undefined): number => (id === undefined ? Number.NaN : decodeId(id).local);

describe('reserves of ids', () => {
  it('do not come back when they are forgotten while they are being filled', async () => {
    const taken = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
    let asked = 0;
    const allocator = new Allocator(async () => taken[asked++]?.promise ?? Number.NaN);
    const ids = allocator.allocate(1, 'pin', 2);
    allocator.forget(1, 'pin');
    taken[0]?.resolve(1);
    taken[1]?.resolve(5000);
    assert.deepEqual(
      (await ids).map((id) => decodeId(id).local),
      [5000, 5001],
    );
  });

  it('are kept for other types and shards', async () => {
    let next = 1;
    const allocator = new Allocator(async (_shard, _type, count) => {
      const first = next;
      next += count;
      return first;
    });
    const [pin] = await allocator.allocate(1, 'pin', 1);
    await allocator.allocate(2, 'pin', 1);
    allocator.forget(2);
    allocator.forget(1, 'board');
    const [second] = await allocator.allocate(1, 'pin', 1);
    assert.equal(localOf(second), localOf(pin) + 1);
  });
});
