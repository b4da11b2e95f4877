/** The shards' contract: mappings, their order and their paging. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InvalidInputError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import { idOf, link, type ShardsBed } from './contract-bed.ts';
import type { MappingEntry, Shards } from './port.ts';

const mapping = 'user_owns_board';
const ada = idOf(1, 'user', 1);
const bob = idOf(2, 'user', 1);
const board = (local: number, shard = 1): Id => idOf(shard, 'board', local);

/** Edges with equal sequences in between, from shards whose ids have 14 to 19 digits. */
async function fill(shards: Shards): Promise<MappingEntry[]> {
  const edges = Array.from({ length: 23 }, (_, i) => ({
    from: ada,
    to: board(100 - i, [1, 9, 700, 65_535][i % 4] ?? 0),
    sequence: Math.floor(i / 5) * 10,
  }));
  await shards.commit(
    1,
    edges.map(({ to, sequence }) => link(ada, to, sequence)),
  );
  const size = (a: MappingEntry, b: MappingEntry) => (BigInt(a.to) < BigInt(b.to) ? -1 : 1);
  return edges.sort((a, b) => a.sequence - b.sequence || size(a, b));
}

async function pages(shards: Shards, ascending: boolean, limit: number): Promise<MappingEntry[]> {
  const all: MappingEntry[] = [];
  let after: MappingEntry | undefined;
  do {
    const page = await shards.range({ mapping, from: ada, limit, ascending, after });
    assert.ok(page.length <= limit);
    all.push(...page);
    after = page.at(-1);
  } while (after);
  return all;
}

/** Registers the tests. */
export function mappingCases(bed: () => ShardsBed): void {
  it('orders by sequence, then by id as a number, newest first', async () => {
    const { shards } = bed();
    const edges = await fill(shards);
    assert.deepEqual(await shards.range({ mapping, from: ada, limit: 100 }), edges.toReversed());
    assert.deepEqual(await shards.range({ mapping, from: ada, limit: 100, ascending: true }), edges);
  });

  it('pages both ways without a gap or a repeat, through equal sequences', async () => {
    const { shards } = bed();
    const edges = await fill(shards);
    for (const limit of [1, 3, 5, 23]) {
      assert.deepEqual(await pages(shards, true, limit), edges);
      assert.deepEqual(await pages(shards, false, limit), edges.toReversed());
    }
  });

  it('continues behind an edge that is gone', async () => {
    const { shards } = bed();
    await shards.commit(
      1,
      [3, 2, 1].map((n) => link(ada, board(n), n)),
    );
    await shards.commit(1, [{ kind: 'unlink', mapping, from: ada, to: board(2) }]);
    const after = { sequence: 2, to: board(2) };
    const behind = await shards.range({ mapping, from: ada, limit: 9, after });
    assert.deepEqual(
      behind.map(({ to }) => to),
      [board(1)],
    );
  });

  it('moves an edge that is linked again, and keeps one of each', async () => {
    const { shards } = bed();
    await shards.commit(1, [link(ada, board(1), 1), link(ada, board(2), 2)]);
    await shards.commit(1, [link(ada, board(1), 3)]);
    const edges = await shards.range({ mapping, from: ada, limit: 9 });
    assert.deepEqual(
      edges.map(({ to, sequence }) => [to, sequence]),
      [
        [board(1), 3],
        [board(2), 2],
      ],
    );
  });

  it('keeps sequences below zero and up to 2^53 - 1 exact', async () => {
    const { shards } = bed();
    const sequences = [Number.MIN_SAFE_INTEGER, -1, 0, Number.MAX_SAFE_INTEGER];
    await shards.commit(
      1,
      sequences.map((sequence, i) => link(ada, board(i + 1), sequence)),
    );
    const edges = await shards.range({ mapping, from: ada, limit: 9, ascending: true });
    assert.deepEqual(
      edges.map(({ sequence }) => sequence),
      sequences,
    );
  });

  it('removes an edge, and only that one', async () => {
    const { shards } = bed();
    await shards.commit(1, [link(ada, board(1), 1), link(ada, board(2), 2)]);
    await shards.commit(1, [{ kind: 'unlink', mapping, from: ada, to: board(1) }]);
    await shards.commit(1, [{ kind: 'unlink', mapping, from: ada, to: board(9) }]);
    assert.deepEqual(await shards.linked(mapping, ada, [board(1), board(2)]), new Set([board(2)]));
  });

  it('keeps mappings and their from-sides apart', async () => {
    const { shards } = bed();
    await shards.commit(1, [link(ada, board(1), 1)]);
    await shards.commit(2, [link(bob, board(1), 2)]);
    await shards.commit(1, [{ ...link(ada, board(1), 7), mapping: 'user_follows_board' }]);
    const requests = [bob, ada, idOf(3, 'user', 1)].map((from) => ({ mapping, from, limit: 9 }));
    const answers = await shards.rangeMany(requests);
    assert.deepEqual(
      answers.map((edges) => edges.map(({ sequence }) => sequence)),
      [[2], [1], []],
    );
  });

  it('tells which of many are linked, and how many edges there are', async () => {
    const { shards } = bed();
    const all = Array.from({ length: 700 }, (_, i) => board(i + 1, i % 3));
    const even = all.filter((_, i) => i % 2 === 0);
    await shards.commit(
      1,
      even.map((to, i) => link(ada, to, i)),
    );
    assert.deepEqual(await shards.linked(mapping, ada, all), new Set(even));
    assert.deepEqual(await shards.linked(mapping, ada, []), new Set());
    assert.deepEqual(await shards.linked(mapping, bob, all), new Set());
    const counts = await shards.countLinks(mapping, [ada, bob]);
    assert.deepEqual(
      counts,
      new Map([
        [ada, 350],
        [bob, 0],
      ]),
    );
  });

  it('answers nothing for a mapping that was never written, and refuses bad names', async () => {
    const { shards } = bed();
    await shards.commit(1, [link(ada, board(1), 1)]);
    const never = 'user_likes_pin';
    assert.deepEqual(await shards.range({ mapping: never, from: ada, limit: 9 }), []);
    assert.equal((await shards.linked(never, ada, [board(1)])).size, 0);
    assert.deepEqual(await shards.countLinks(never, [ada]), new Map([[ada, 0]]));
    await assert.rejects(shards.range({ mapping: 'x"y', from: ada, limit: 9 }), InvalidInputError);
    await assert.rejects(shards.linked('', ada, []), InvalidInputError);
  });
}
