/** The shards' contract: restarts, closing, soundness. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import { emit, idOf, link, put, type ShardsBed } from './contract-bed.ts';
import type { Shards } from './port.ts';

const ada = idOf(1, 'user', 1);
const board = idOf(1, 'board', 1);
const mapping = 'user_owns_board';

async function everything(shards: Shards): Promise<unknown> {
  return {
    objects: await shards.getMany([ada, board]),
    edges: await shards.range({ mapping, from: ada, limit: 9 }),
    outbox: await shards.readOutbox(1, 0, 9),
    claims: await shards.claimed('name', ['ada']),
  };
}

/** Registers the tests. */
export function lifeCases(bed: () => ShardsBed): void {
  it('has everything again after a restart', async () => {
    const { shards } = bed();
    await shards.commit(1, [put(ada, { name: 'Ada' }), put(board, {}), link(ada, board, 5), emit({ n: 1 })]);
    await shards.commit(1, [put(ada, { name: 'Ada L.' }, 1)]);
    await shards.claim('name', 'ada', ada);
    const before = await everything(shards);
    assert.deepEqual(await everything(await bed().reopen()), before);
  });

  it('finishes the commits that wait when it closes', async () => {
    const { shards } = bed();
    const writes = Array.from({ length: 50 }, (_, i) =>
      shards.commit(i % 4, [put(idOf(i % 4, 'pin', i + 1), {})]),
    );
    await shards.close();
    const settled = await Promise.allSettled(writes);
    const again = await bed().reopen();
    const ids = settled.flatMap(({ status }, i) =>
      status === 'fulfilled' ? [idOf(i % 4, 'pin', i + 1)] : [],
    );
    assert.equal(ids.length, 50);
    assert.equal((await again.getMany(ids)).size, 50);
  });

  it('answers nothing after it is closed, and may be closed twice', async () => {
    const { shards } = bed();
    await shards.commit(1, [put(ada, {})]);
    await shards.close();
    await shards.close();
    const calls = [
      () => shards.commit(1, [put(ada, {})]),
      () => shards.getMany([ada, idOf(3, 'pin', 1)]),
      () => shards.range({ mapping, from: idOf(2, 'user', 1), limit: 1 }),
      () => shards.rangeMany([{ mapping, from: ada, limit: 1 }]),
      () => shards.scan(1, 'pin', 0, 1),
      () => shards.linked(mapping, ada, [board]),
      () => shards.countLinks(mapping, [ada]),
      () => shards.claim('name', 'ada', ada),
      () => shards.claimed('name', ['ada']),
      () => shards.release('name', 'ada', ada),
      () => shards.allocate(1, 'pin', 1),
      () => shards.readOutbox(1, 0, 1),
      () => shards.trimOutbox(1, 1),
      () => shards.stats(1),
    ];
    for (const call of calls) await assert.rejects(call(), UnavailableError, String(call));
  });

  it('finds nothing wrong with what it wrote', async () => {
    const { shards } = bed();
    const [pin] = await shards.allocate(1, 'pin', 1);
    await shards.commit(1, [put(pin ?? ada, {}), link(ada, board, 1), emit({ n: 1 })]);
    await shards.trimOutbox(1, 1);
    await shards.claim('name', 'ada', ada);
    assert.deepEqual(await shards.verify(), []);
  });
}
