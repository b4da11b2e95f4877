import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Latencies } from './latencies.ts';

test('quantiles are those of the sorted list, 5 % off at most', () => {
  const durations = fc.array(fc.double({ min: 0.002, max: 100_000, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, share) => {
      const latencies = new Latencies();
      for (const ms of all) latencies.add(ms);
      const exact = all.toSorted((a, b) => a - b)[Math.ceil(share * all.length) - 1] ?? 0;
      const found = latencies.quantile(share);
      assert.equal(new Latencies(latencies.counts()).quantile(share), found);
      assert.ok(found >= exact * 0.999 && found <= exact * 1.051, `${found} for ${exact}`);
    }),
  );
});

test('no durations have a quantile of 0, very short and very long ones are counted too', () => {
  const latencies = new Latencies();
  assert.deepEqual(latencies.summary(), { reads: 0, p50_ms: 0, p99_ms: 0 });
  for (const ms of [0, 1e12]) latencies.add(ms);
  assert.equal(latencies.count, 2);
  assert.equal(latencies.quantile(0.5), 0.001);
  latencies.clear();
  assert.equal(latencies.count, 0);
});
