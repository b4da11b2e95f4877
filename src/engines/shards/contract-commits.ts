/** The shards' contract: commits apply as a whole or not at all, alone and side by side. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ConflictError, InvalidInputError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import { emit, idOf, link, put, type ShardsBed } from './contract-bed.ts';

const ada = idOf(1, 'user', 1);
const board = idOf(1, 'board', 1);

/** Registers the tests. */
export function commitCases(bed: () => ShardsBed): void {
  it('rolls everything back when a unique edge exists', async () => {
    const { shards } = bed();
    await shards.commit(1, [link(ada, board, 1, true)]);
    const changes = [
      put(board, { n: 1 }),
      emit({ n: 1 }),
      link(ada, idOf(1, 'board', 2), 5),
      link(ada, board, 2, true),
    ];
    await assert.rejects(shards.commit(1, changes), ConflictError);
    assert.equal((await shards.getMany([board])).size, 0);
    assert.deepEqual(await shards.readOutbox(1, 0, 10), []);
    const edges = await shards.range({ mapping: 'user_owns_board', from: ada, limit: 10 });
    assert.deepEqual(edges, [{ from: ada, to: board, sequence: 1 }]);
  });

  it('tells that changes are there once at most, not later than they are durable, and never of a refused commit', async () => {
    const { shards } = bed();
    let told = 0;
    let isDurable = false;
    let seen: Promise<Map<Id, unknown>> | undefined;
    const onApplied = () => {
      told += 1;
      assert.ok(!isDurable);
      seen = shards.getMany([board]);
    };
    await shards.commit(1, [put(board, { n: 1 })], { onApplied });
    isDurable = true;
    assert.ok(told <= 1);
    if (seen) assert.ok((await seen).has(board));
    const refused = shards.commit(1, [put(board, { n: 2 }, 9)], { onApplied });
    await assert.rejects(refused, ConflictError);
    assert.ok(told <= 1);
  });

  it('rolls back a mapping that the failing commit was the first to use', async () => {
    const { shards } = bed();
    const changes = [link(ada, board, 1), put(board, {}, 4)];
    await assert.rejects(shards.commit(1, changes), ConflictError);
    await shards.commit(1, [link(ada, board, 3)]);
    const edges = await shards.range({ mapping: 'user_owns_board', from: ada, limit: 10 });
    assert.deepEqual(
      edges.map(({ sequence }) => sequence),
      [3],
    );
  });

  it('refuses a whole commit that holds one bad change', async () => {
    const { shards } = bed();
    const bad = [
      link(idOf(2, 'user', 1), board, 1),
      { ...link(ada, board, 1), mapping: 'Robert"); drop table pin; --' },
      { ...link(ada, board, 1), mapping: 'outbox' },
      link(ada, 'nonsense' as typeof ada, 1),
      link(ada, board, 0.5),
      link(ada, board, 2 ** 53),
    ];
    for (const change of bad) {
      await assert.rejects(shards.commit(1, [put(board, {}), change]), InvalidInputError);
    }
    assert.equal((await shards.getMany([board])).size, 0);
  });

  it('applies steps in order', async () => {
    const { shards } = bed();
    const unlink = { kind: 'unlink', mapping: 'user_owns_board', from: ada, to: board } as const;
    await shards.commit(1, [link(ada, board, 1), unlink, put(board, {}), { kind: 'remove', id: board }]);
    assert.equal((await shards.getMany([board])).size, 0);
    assert.equal((await shards.linked('user_owns_board', ada, [board])).size, 0);
  });

  it('lets one of many commits at once fail alone', async () => {
    const { shards } = bed();
    await shards.commit(1, [put(board, {})]);
    const writes = Array.from({ length: 60 }, (_, i) =>
      shards.commit(1, [put(idOf(1, 'pin', i + 1), { i }), ...(i % 10 === 3 ? [put(board, {}, 0)] : [])]),
    );
    const settled = await Promise.allSettled(writes);
    const failed = settled.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []));
    assert.deepEqual(failed, [3, 13, 23, 33, 43, 53]);
    const pins = await shards.scan(1, 'pin', 0, 100);
    assert.deepEqual(
      pins.map(({ data }) => data['i']),
      [...settled.keys()].filter((i) => i % 10 !== 3),
    );
  });

  it('lets exactly one of the writers that expect the same version win', async () => {
    const { shards } = bed();
    await shards.commit(1, [put(board, { by: -1 })]);
    const writes = Array.from({ length: 20 }, (_, by) => shards.commit(1, [put(board, { by }, 1)]));
    const won = (await Promise.allSettled(writes)).flatMap(({ status }, i) =>
      status === 'fulfilled' ? [i] : [],
    );
    assert.equal(won.length, 1);
    assert.deepEqual((await shards.getMany([board])).get(board)?.data, { by: won[0] });
  });

  it('counts up without losing a write when many retry on conflict', async () => {
    const { shards } = bed();
    await shards.commit(1, [put(board, { n: 0 })]);
    const addOne = async (): Promise<void> => {
      const now = (await shards.getMany([board])).get(board);
      const data = { n: Number(now?.data['n']) + 1 };
      await shards.commit(1, [put(board, data, now?.version)]).catch((error: unknown) => {
        assert.ok(error instanceof ConflictError);
        return addOne();
      });
    };
    await Promise.all(Array.from({ length: 15 }, addOne));
    assert.deepEqual((await shards.getMany([board])).get(board)?.data, { n: 15 });
  });
}
