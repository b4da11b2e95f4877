import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { InvalidInputError } from '#kernel/errors';
import type { BackendSpec, ShardRange, Topology } from './topology.ts';
import { backendOf, moveRange, requireTopology, shardsPerBackend } from './topology-ranges.ts';

const names = ['a', 'b', 'c'] as const;
const spec = (folder: string): BackendSpec => ({ kind: 'sqlite', folder });
const backends = { a: spec('a'), b: spec('b'), c: spec('c') };
const topologyOf = (count: number, ranges: ShardRange[]): Topology => ({
  count,
  claimCount: count,
  backends,
  ranges,
});
const whole = (count: number): Topology => topologyOf(count, [{ from: 0, through: count - 1, backend: 'a' }]);

const counts = fc.integer({ min: 1, max: 200 });
const move = fc.record({ at: fc.nat(1000), length: fc.nat(60), backend: fc.constantFrom(...names) });
const layouts = fc.tuple(counts, fc.array(move, { maxLength: 30 }));

/** The shards that a move takes, within the count. */
function spanOf({ at, length }: { at: number; length: number }, count: number): [number, number] {
  const from = at % count;
  return [from, Math.min(count - 1, from + length)];
}

describe('the map of shards', () => {
  it('says after any moves where each shard went last, in whole sorted ranges', () => {
    fc.assert(
      fc.property(layouts, ([count, moves]) => {
        const model = Array<string>(count).fill('a');
        let topology = whole(count);
        for (const one of moves) {
          const [from, through] = spanOf(one, count);
          topology = moveRange(topology, from, through, one.backend);
          model.fill(one.backend, from, through + 1);
        }
        assert.deepEqual(
          model.map((_, shard) => backendOf(topology, shard)),
          model,
        );
        assert.deepEqual(requireTopology(topology), topology);
        const changes = model.filter((name, shard) => name !== model[shard - 1]).length;
        assert.equal(topology.ranges.length, changes);
        const perBackend = names.map((name) => [name, model.filter((one) => one === name).length] as const);
        assert.deepEqual(shardsPerBackend(topology), new Map(perBackend));
      }),
    );
  });

  it('is sorted and merged when it comes from outside in pieces', () => {
    fc.assert(
      fc.property(layouts, fc.func(fc.integer()), ([count, moves], order) => {
        let topology = whole(count);
        for (const one of moves) topology = moveRange(topology, ...spanOf(one, count), one.backend);
        const pieces = Array.from({ length: count }, (_, shard) => {
          return { from: shard, through: shard, backend: backendOf(topology, shard) };
        });
        const shuffled = pieces.toSorted((x, y) => Number(order(x.from)) - Number(order(y.from)));
        assert.deepEqual(requireTopology({ ...topology, ranges: shuffled }), topology);
      }),
    );
  });

  it('refuses ranges that leave a shard out, have one twice, or go beyond the count', () => {
    const bad: [number, number][][] = [
      [],
      [[0, 2]],
      [[1, 3]],
      [
        [0, 0],
        [2, 3],
      ],
      [
        [0, 1],
        [1, 3],
      ],
      [
        [0, 3],
        [2, 2],
      ],
      [[0, 4]],
      [
        [0, 3],
        [4, 3],
      ],
    ];
    for (const spans of bad) {
      const ranges = spans.map(([from, through]) => ({ from, through, backend: 'a' }));
      assert.throws(() => requireTopology(topologyOf(4, ranges)), InvalidInputError, JSON.stringify(spans));
    }
  });

  it('refuses engines that are not told, claims over more shards than there are, and what is no map', () => {
    const stray = [{ from: 0, through: 3, backend: 'd' }];
    assert.throws(() => requireTopology(topologyOf(4, stray)), /not d/);
    assert.throws(() => requireTopology({ ...whole(4), claimCount: 5 }), /claimCount/);
    assert.throws(
      () => requireTopology({ ...whole(4), backends: { a: spec('a'), b: spec('a') } }),
      /b is told twice/,
    );
    for (const value of [null, 7, {}, { ...whole(4), count: 0 }, { ...whole(4), backends: { A: spec('x') } }])
      assert.throws(() => requireTopology(value), InvalidInputError);
  });

  it('knows no shard outside the count, and moves nothing to or from nowhere', () => {
    const topology = whole(4);
    for (const shard of [-1, 4, 0.5, Number.NaN])
      assert.throws(() => backendOf(topology, shard), InvalidInputError);
    assert.throws(() => moveRange(topology, 0, 4, 'b'), InvalidInputError);
    assert.throws(() => moveRange(topology, 2, 1, 'b'), InvalidInputError);
    assert.throws(() => moveRange(topology, 0, 1, 'd'), /backend must be one of: a, b, c/);
  });
});
