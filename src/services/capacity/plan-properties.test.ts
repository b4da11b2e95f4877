import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { PlanField, PlanInput } from './contract.ts';
import { capacityOf, loadAfter } from './load.ts';
import { planOf } from './plan.ts';

/** How many times more of anything is tried. */
const mostTimes = 5;
/** A shard names 2³⁶ pins; what needs more shards for that alone is refused. */
const isNameable = ({ pins, growth, months, skew, shards }: PlanInput): boolean =>
  pins * mostTimes * (1 + growth / 100) ** months * skew <= shards * 2 ** 36;

const anything: fc.Arbitrary<PlanInput> = fc.record({
  people: fc.integer({ min: 1, max: 5_000_000 }),
  pins: fc.integer({ min: 0, max: 500_000_000 }),
  growth: fc.double({ min: 0, max: 25, noNaN: true }),
  months: fc.integer({ min: 1, max: 36 }),
  bytesPerPin: fc.integer({ min: 50, max: 5000 }),
  pictureBytesPerPin: fc.integer({ min: 0, max: 1_000_000 }),
  writesPerPerson: fc.double({ min: 0, max: 500, noNaN: true }),
  readsPerPerson: fc.double({ min: 0, max: 2000, noNaN: true }),
  peak: fc.double({ min: 1, max: 10, noNaN: true }),
  skew: fc.double({ min: 1, max: 5, noNaN: true }),
  diskBytes: fc.integer({ min: 1e9, max: 4e12 }),
  writesPerSecond: fc.integer({ min: 100, max: 50_000 }),
  readsPerSecond: fc.integer({ min: 100, max: 50_000 }),
  fill: fc.integer({ min: 10, max: 100 }),
  replicas: fc.integer({ min: 0, max: 4 }),
  shards: fc.constantFrom(64, 100, 512, 1024),
});
const inputs = anything.filter(isNameable);

const slack = 1 + 1e-6;
const servers = (input: PlanInput) => planOf(input, 0).months.map(({ servers }) => servers);
const needed = (input: PlanInput) => planOf(input, 0).months.map(({ needed }) => needed);

describe('any plan', () => {
  it('never has fewer servers than are needed, unless one shard alone is too much', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { months, outgrown } = planOf(input, 0);
        for (const { month, servers, needed, fullest } of months) {
          if (outgrown && outgrown.month <= month) break;
          assert.ok(servers >= needed, `month ${month}: ${servers} of ${needed}`);
          assert.ok(fullest <= slack, `month ${month}: the fullest is at ${fullest}`);
        }
      }),
    );
  });

  it('carries disk, writes and reads of every month', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { months, outgrown } = planOf(input, 0);
        const capacity = capacityOf(input);
        for (const { month, needed } of months) {
          if (outgrown && outgrown.month <= month) break;
          const load = loadAfter(input, month);
          assert.ok(load.bytes * input.skew <= needed * capacity.disk * slack);
          assert.ok(load.writesPerSecond * input.skew <= needed * capacity.writes * slack);
          assert.ok(load.readsPerSecond * input.skew <= needed * capacity.reads * slack);
        }
      }),
    );
  });

  it('needs no fewer servers with more of anything', () => {
    const more: PlanField[] = ['people', 'pins', 'bytesPerPin', 'writesPerPerson', 'readsPerPerson'];
    fc.assert(
      fc.property(
        inputs,
        fc.constantFrom(...more),
        fc.integer({ min: 2, max: mostTimes }),
        (input, field, times) => {
          const many = needed({ ...input, [field]: input[field] * times });
          assert.ok(
            needed(input).every((few, month) => few <= (many[month] ?? 0)),
            field,
          );
        },
      ),
    );
  });

  it('recommends no fewer shards for more people', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 2, max: 50 }), (input, times) => {
        const { recommendedShards } = planOf({ ...input, people: input.people * times }, 0);
        assert.ok(recommendedShards >= planOf(input, 0).recommendedShards);
        assert.equal(Math.log2(recommendedShards) % 1, 0);
      }),
    );
  });

  it('has shards enough where it has as many as it recommends', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { recommendedShards } = planOf(input, 0);
        if (recommendedShards === 65_536) return;
        const { outgrown } = planOf({ ...input, shards: recommendedShards }, 0);
        assert.equal(outgrown, null);
      }),
    );
  });

  it('never takes a server away', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const counts = servers(input);
        assert.ok(counts.every((count, month) => month === 0 || count >= (counts[month - 1] ?? 0)));
      }),
    );
  });

  it('covers every shard once in every map', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        for (const { ranges, month } of planOf(input, 0).maps) {
          let next = 0;
          for (const { from, through } of ranges) {
            assert.equal(from, next, `month ${month}`);
            assert.ok(through >= from);
            next = through + 1;
          }
          assert.equal(next, input.shards);
        }
      }),
    );
  });
});
