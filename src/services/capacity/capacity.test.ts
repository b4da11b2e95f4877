import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Topology } from '#engines/shards/topology';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import { encodeId, type ObjectType, objectTypes } from '#kernel/ids';
import { openShardBed, type ShardBed } from '../../../test/support/shard-bed.ts';
import type { Capacity, PlanRequest, Rates } from './contract.ts';
import { createCapacity, machineName, measure, writeRates } from './index.ts';

const topology: Topology = {
  count: 8,
  claimCount: 8,
  backends: {
    local: { kind: 'sqlite', folder: 'shards' },
    far: { kind: 'mysql', primary: 'mysql://root:secret@db/', replicas: [] },
  },
  ranges: [
    { from: 0, through: 5, backend: 'local' },
    { from: 6, through: 7, backend: 'far' },
  ],
};

let bed: ShardBed;
let capacity: Capacity;
let ratesFile: string;
beforeEach(async () => {
  bed = await openShardBed();
  ratesFile = path.join(bed.folder, 'cache', 'rates.json');
  capacity = createCapacity({ ...bed, topology: () => topology, ratesFile });
});
afterEach(() => bed[Symbol.asyncDispose]());

async function put(shard: number, type: ObjectType, count: number): Promise<void> {
  const changes = Array.from({ length: count }, (_, i) => {
    const id = encodeId({ shard, type: objectTypes[type], local: i + 1 });
    return { kind: 'put', id, data: { words: 'some '.repeat(40) } } as const;
  });
  await bed.shards.commit(shard, changes);
}

describe('the live system', () => {
  it('is counted by shard, with its map and its skew, and no address of a server', async () => {
    await put(1, 'user', 2);
    await put(1, 'pin', 30);
    await put(6, 'user', 1);
    await put(6, 'board', 4);
    await put(6, 'pin', 10);
    const live = await capacity.live();
    assert.deepEqual(live.ranges, [
      { from: 0, through: 5, server: 'local' },
      { from: 6, through: 7, server: 'far' },
    ]);
    assert.deepEqual(live.servers, [
      { name: 'local', kind: 'sqlite' },
      { name: 'far', kind: 'mysql' },
    ]);
    const { bytes, ...sixth } = live.shards[6] ?? { bytes: 0 };
    assert.ok(bytes > 0);
    const counts = { people: 1, boards: 4, pins: 10, isExact: true, problem: null };
    assert.deepEqual(sixth, { shard: 6, server: 'far', ...counts });
    assert.deepEqual([live.skew.pins.total, live.skew.pins.maxOverMean, live.skew.pins.top], [40, 6, [1, 6]]);
    assert.equal(live.skew.people.total, 3);
    assert.doesNotMatch(JSON.stringify(live), /secret/);
  });

  it('is counted again after a minute, not before', async () => {
    await capacity.live();
    await put(2, 'pin', 1);
    bed.clock.advance(59_000);
    assert.equal((await capacity.live()).skew.pins.total, 0);
    bed.clock.advance(1000);
    assert.equal((await capacity.live()).skew.pins.total, 1);
  });

  it('says which shard does not answer, and counts the others', async () => {
    await put(2, 'pin', 3);
    const { shards } = bed;
    const stats = (shard: number) =>
      shard === 5 ? Promise.reject(new UnavailableError('shard 00005 is away')) : shards.stats(shard);
    const broken = createCapacity({
      ...bed,
      shards: { count: 8, stats },
      topology: () => topology,
      ratesFile,
    });
    const live = await broken.live();
    assert.equal(live.shards[5]?.problem, 'shard 00005 is away');
    assert.equal(live.skew.pins.total, 3);
  });
});

describe('a plan of the live system', () => {
  it('takes what ships where there is nothing else', async () => {
    const { input, sources, rates } = await capacity.plan({});
    assert.deepEqual([input.people, input.pins], [10_000, 1_000_000]);
    assert.deepEqual(
      [sources.people, sources.writesPerSecond, sources.shards],
      ['shipped', 'shipped', 'recommended'],
    );
    assert.equal(input.writesPerSecond, rates.writesPerSecond);
  });

  it('takes people, pins and the map as they are', async () => {
    await put(1, 'user', 2);
    await put(1, 'pin', 30);
    const { input, sources, plan } = await capacity.plan({ shards: 8 });
    assert.deepEqual([input.people, input.pins, sources.people, sources.pins], [2, 30, 'live', 'live']);
    assert.deepEqual(plan.maps[0]?.ranges, (await capacity.live()).ranges);
    assert.equal(sources.bytesPerPin, 'shipped', 'thirty pins tell nothing of bytes');
  });

  it('keeps the pins a person where only people are given and many were counted', async () => {
    await put(1, 'user', 100);
    await put(1, 'pin', 1500);
    const { input, sources } = await capacity.plan({ people: 1000 });
    assert.deepEqual([input.people, input.pins, sources.pins], [1000, 15_000, 'live']);
  });

  it('does not take the pins of a few people for those of many', async () => {
    await put(1, 'user', 2);
    await put(1, 'pin', 1500);
    const { input, sources } = await capacity.plan({ people: 1000 });
    assert.deepEqual([input.pins, sources.pins], [100_000, 'shipped']);
  });

  it('takes the bytes of a pin from the live system once it has pins enough', async () => {
    await put(1, 'user', 1);
    await put(1, 'pin', 10_000);
    const { input, sources } = await capacity.plan({});
    const { skew } = await capacity.live();
    assert.equal(sources.bytesPerPin, 'live');
    assert.equal(input.bytesPerPin, Math.round(skew.bytes.total / 10_000));
  });

  it('takes what is given before all else', async () => {
    await put(1, 'user', 2);
    const { input, sources } = await capacity.plan({ people: 50, pinsPerPerson: 7, writesPerSecond: 9 });
    assert.deepEqual([input.people, input.pins, input.writesPerSecond], [50, 350, 9]);
    assert.deepEqual([sources.people, sources.pins, sources.writesPerSecond], ['given', 'given', 'given']);
  });

  it('refuses what cannot be, naming field and limit', async () => {
    const refused = async (request: object, field: string, words: RegExp) =>
      assert.rejects(capacity.plan(request as PlanRequest), (error: unknown) => {
        assert.ok(error instanceof InvalidInputError);
        assert.equal(error.field, field);
        return words.test(error.message);
      });
    await refused({ people: 0 }, 'people', />= 1$/);
    await refused({ people: 1.5 }, 'people', /integer/);
    await refused({ pins: -1 }, 'pins', />= 0$/);
    await refused({ growth: -2 }, 'growth', />= 0$/);
    await refused({ months: 1000 }, 'months', /<= 120$/);
    await refused({ fill: 101 }, 'fill', /<= 100$/);
    await refused({ shards: 65_537 }, 'shards', /<= 65536$/);
    await refused({ diskBytes: 0 }, 'diskBytes', />= 1000000000$/);
    await refused({ people: Number.NaN }, 'people', /integer/);
    await refused({ pins: 5, pinsPerPerson: 5 }, 'pins', /left out/);
    await refused({ people: 1e10, pinsPerPerson: 1e6 }, 'pins', /<= 10000000000000$/);
  });
});

describe('measured rates', () => {
  const measured: Rates = {
    at: 5,
    machine: machineName(),
    durability: 'process',
    writesPerSecond: 1234.4,
    readsPerSecond: 567.8,
    bytesPerPin: 1500.2,
  };

  it('stand before what ships', async () => {
    await writeRates(ratesFile, measured);
    const { input, sources, rates } = await capacity.plan({});
    assert.deepEqual([input.writesPerSecond, input.readsPerSecond, input.bytesPerPin], [1234, 568, 1500]);
    assert.deepEqual([sources.writesPerSecond, rates], ['measured', measured]);
  });

  it('are not believed when their file is broken', async () => {
    await writeRates(ratesFile, measured);
    await writeFile(ratesFile, '{"at":5');
    assert.equal((await capacity.plan({})).sources.readsPerSecond, 'shipped');
  });

  it('come from saves and reads on real shards', async () => {
    const ticks: number[] = [];
    const { shards } = bed;
    const rates = await measure({ shards, seconds: 1, onProgress: (done) => ticks.push(done) });
    assert.ok(rates.writesPerSecond > 100, String(rates.writesPerSecond));
    assert.ok(rates.readsPerSecond > 50, String(rates.readsPerSecond));
    // A pin and its picture are about a kilobyte of JSON, edges and indexes come on top.
    assert.ok(rates.bytesPerPin > 900 && rates.bytesPerPin < 6000, String(rates.bytesPerPin));
    assert.ok(ticks.length > 0);
    assert.deepEqual(await shards.verify(), []);
  });
});
