import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidInputError } from '#kernel/errors';
import type { PlanInput } from './contract.ts';
import { planOf } from './plan.ts';

/** A gigabyte that doubles in 7.27 months, on servers of two. */
const gigabyte: PlanInput = {
  people: 1000,
  pins: 1_000_000,
  growth: 10,
  months: 12,
  bytesPerPin: 1000,
  pictureBytesPerPin: 200_000,
  writesPerPerson: 86.4,
  readsPerPerson: 864,
  peak: 2,
  skew: 1,
  diskBytes: 2e9,
  writesPerSecond: 1000,
  readsPerSecond: 10_000,
  fill: 100,
  replicas: 1,
  shards: 64,
};
const start = Date.UTC(2027, 0, 1);
const plan = (change: Partial<PlanInput> = {}) => planOf({ ...gigabyte, ...change }, start);

function near(found: number | undefined, expected: number): void {
  assert.ok(found !== undefined && Math.abs(found - expected) < expected * 1e-6, `${found}, not ${expected}`);
}

describe('a plan', () => {
  it('tells the load of each month, all copies and pictures included', () => {
    const { months } = plan();
    assert.equal(months.length, 13);
    const [now, next] = months;
    near(now?.bytes, 1e9);
    near(now?.storeBytes, 2e9);
    near(now?.pictureBytes, 2e11);
    // 1,000 people × 86.4 a day are one a second, two at the peak.
    near(now?.writesPerSecond, 2);
    near(now?.readsPerSecond, 20);
    near(next?.people, 1100);
    near(months[12]?.pins, 1e6 * 1.1 ** 12);
    assert.equal(now?.at, start);
    near((months[12]?.at ?? 0) - start, 365.2425 * 86_400_000);
  });

  it('splits a server when its disk is full, and gives the upper half of its shards away', () => {
    const { months, splits, splitCount } = plan();
    assert.equal(splitCount, 1);
    const [split] = splits;
    near(split?.month, Math.log(2) / Math.log(1.1));
    assert.deepEqual(
      { ...split, month: 0, at: 0 },
      {
        month: 0,
        at: 0,
        server: 'server-1',
        limit: 'disk',
        to: 'server-2',
        moved: [{ from: 32, through: 63 }],
      },
    );
    assert.deepEqual(
      [7, 8].map((month) => months[month]?.servers),
      [1, 2],
    );
    assert.deepEqual(
      [7, 8].map((month) => months[month]?.needed),
      [1, 2],
    );
    near(months[7]?.fullest, 0.5 * 1.1 ** 7);
    near(months[8]?.fullest, 0.25 * 1.1 ** 8);
  });

  it('shows the map as it is now and after each month with splits', () => {
    const { maps } = plan({ months: 24 });
    assert.deepEqual(
      maps.map(({ month }) => month),
      [0, 8, 15, 22],
    );
    assert.deepEqual(maps[0]?.ranges, [{ from: 0, through: 63, server: 'server-1' }]);
    assert.deepEqual(maps[2]?.ranges, [
      { from: 0, through: 15, server: 'server-1' },
      { from: 16, through: 31, server: 'server-3' },
      { from: 32, through: 47, server: 'server-2' },
      { from: 48, through: 63, server: 'server-4' },
    ]);
  });

  it('says which limit binds', () => {
    assert.equal(plan().months[0]?.limit, 'disk');
    const writes = plan({ writesPerSecond: 2 }).months[0];
    assert.deepEqual([writes?.limit, writes?.needed, writes?.fullest.toFixed(6)], ['writes', 1, '1.000000']);
    // 20 reads a second on servers of 8, each with a replica that answers as well.
    const reads = plan({ readsPerSecond: 8 }).months[0];
    assert.deepEqual([reads?.limit, reads?.needed], ['reads', 2]);
    assert.equal(plan({ readsPerSecond: 8, replicas: 2 }).months[0]?.needed, 1);
  });

  it('leaves free what must not be filled, and room for the fullest shard', () => {
    assert.equal(plan({ fill: 40 }).months[0]?.needed, 2);
    assert.equal(plan({ skew: 3 }).months[0]?.needed, 2);
    near(plan({ fill: 40 }).server.bytes, 8e8);
    near(plan({ fill: 40 }).server.readsPerSecond, 8000);
  });

  it('has as many servers as are needed now when it begins with none', () => {
    const { months, maps } = plan({ pins: 9_000_000, growth: 0 });
    assert.deepEqual([months[0]?.needed, months[0]?.servers], [5, 5]);
    assert.deepEqual(
      maps[0]?.ranges.map(({ from }) => from),
      [0, 12, 25, 38, 51],
    );
  });

  it('begins with the servers that there are, and splits at once those that are too full', () => {
    const map = [
      { from: 0, through: 47, server: 'local' },
      { from: 48, through: 63, server: 'cellar' },
    ];
    const { splits, months } = planOf({ ...gigabyte, pins: 5_000_000, growth: 0 }, start, map);
    assert.deepEqual(
      splits.map(({ month, server, to, moved }) => [month, server, to, moved]),
      [[0, 'local', 'server-3', [{ from: 24, through: 47 }]]],
    );
    assert.deepEqual([months[0]?.needed, months[0]?.servers], [3, 3]);
  });

  it('gives away the highest shards of a server whose shards lie apart', () => {
    const map = [
      { from: 0, through: 9, server: 'local' },
      { from: 10, through: 59, server: 'cellar' },
      { from: 60, through: 63, server: 'local' },
    ];
    const { splits } = planOf(
      { ...gigabyte, diskBytes: 1e9, pins: 1_200_000, growth: 15, months: 12 },
      start,
      map,
    );
    const local = splits.find(({ server }) => server === 'local');
    assert.deepEqual(local?.moved, [
      { from: 7, through: 9 },
      { from: 60, through: 63 },
    ]);
  });

  it('never splits what does not grow', () => {
    const { splits, months, ids } = plan({ growth: 0, months: 120 });
    assert.deepEqual([splits, months.at(-1)?.servers, ids.exhausted], [[], 1, null]);
  });

  it('tells when one shard alone is too much, and how many shards there should be', () => {
    const { outgrown, recommendedShards, months } = plan({ shards: 2, growth: 100, months: 10 });
    near(outgrown?.month, 2);
    assert.equal(outgrown?.limit, 'disk');
    // Half a server now, 512 at the end; 16 shards each.
    assert.equal(recommendedShards, 8192);
    assert.ok(months.every(({ needed }) => needed <= 2));
    assert.equal(plan({ shards: 8192, growth: 100, months: 10 }).outgrown, null);
    assert.equal(plan().recommendedShards, 64);
  });

  it('tells how much of the ids is used', () => {
    const { ids, shard } = plan({ pins: 64 * 2 ** 30, growth: 100, months: 1, bytesPerPin: 50, skew: 2 });
    near(ids.localShare, 2 ** 32 / 2 ** 36);
    near(ids.exhausted ?? undefined, 5);
    near(ids.shardShare, 64 / 65_536);
    near(shard.now.pins, 2 ** 30);
    near(shard.horizon.pins, 2 ** 31);
  });

  it('refuses more pins than ids can name, naming the field', () => {
    const refusal = (field: string, words: RegExp) => (error: unknown) =>
      error instanceof InvalidInputError && error.field === field && words.test(error.message);
    assert.throws(() => plan({ growth: 100, months: 120 }), refusal('growth', /ids name no more/));
    assert.throws(
      () => plan({ pins: 1e13, growth: 0, shards: 100 }),
      refusal('shards', /must be 146 or more/),
    );
    assert.equal(plan({ pins: 1e13, growth: 0, shards: 146 }).months[0]?.needed, 146);
  });

  it('draws no map of more servers than can be looked at', () => {
    const { maps, splits, splitCount } = plan({ shards: 65_536, growth: 100, months: 11 });
    assert.ok(maps.length > 1 && maps.every(({ ranges }) => ranges.length <= 512));
    assert.equal(splits.length, 500);
    assert.ok(splitCount > 500);
  });
});
