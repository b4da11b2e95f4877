import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryLists } from '#engines/lists/memory';
import { ManualClock } from '#kernel/clock';
import { encodeId, type Id } from '#kernel/ids';
import { freshList } from './contract.ts';
import { Pools } from './pools.ts';
import type { SourceDeps } from './sources.ts';

const id = (type: number, local: number): Id => encodeId({ shard: 1, type, local });
const nothing = { pins: new Set<Id>(), media: new Set<Id>() };

/** Pools over real lists, and over pins that are all there. */
async function pools() {
  const lists = await openMemoryLists({ path: null });
  const clock = new ManualClock();
  const data = async (ids: readonly Id[]) =>
    new Map(ids.map((one) => [one, { mediaId: one, boardId: id(2, 1) }]));
  const deps = { lists, pins: { data } } as unknown as SourceDeps;
  const add = (local: number) =>
    lists.push([{ list: freshList, keep: 100, entries: [{ id: id(1, local), score: local }] }]);
  const all = new Pools(deps, clock);
  const fresh = async (seen = nothing) => (await all.fresh({ limit: 10, seen })).map(({ pinId }) => pinId);
  return { add, fresh, clock, lists };
}

test('the head of a list is shared for a moment, then read again', async () => {
  const { add, fresh, clock } = await pools();
  await add(1);
  assert.deepEqual(await fresh(), [id(1, 1)]);
  await add(2);
  assert.deepEqual(await fresh(), [id(1, 1)]);
  clock.advance(2_000);
  assert.deepEqual(await fresh(), [id(1, 2), id(1, 1)]);
});

test('who has scrolled on reads what lies behind, not the shared head', async () => {
  const { add, fresh } = await pools();
  await add(1);
  await fresh();
  await add(2);
  assert.deepEqual(await fresh({ pins: new Set([id(1, 1)]), media: new Set() }), [id(1, 2)]);
});

test('a read that failed is not shared with those who come later', async () => {
  const { add, fresh, lists } = await pools();
  await add(1);
  const range = lists.range.bind(lists);
  lists.range = async () => {
    throw new Error('not now');
  };
  await assert.rejects(fresh(), /not now/);
  lists.range = range;
  assert.deepEqual(await fresh(), [id(1, 1)]);
});
