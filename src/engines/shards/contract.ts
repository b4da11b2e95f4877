/** What every adapter of the shards port must do. Run by each adapter's test with a place of its own. */
import { afterEach, beforeEach, describe } from 'node:test';
import { ShardsBed, type ShardsPlace } from './contract-bed.ts';
import { claimCases } from './contract-claims.ts';
import { commitCases } from './contract-commits.ts';
import { lifeCases } from './contract-life.ts';
import { mappingCases } from './contract-mappings.ts';
import { objectCases } from './contract-objects.ts';
import { outboxCases } from './contract-outbox.ts';
import { statsCases } from './contract-stats.ts';

/** Runs the suite; `makePlace` is asked for an empty place before each test. */
export function describeShards(name: string, makePlace: () => Promise<ShardsPlace>): void {
  describe(name, () => {
    let current: ShardsBed | undefined;
    beforeEach(async () => {
      current = new ShardsBed(await makePlace());
      await current.reopen();
    });
    afterEach(() => current?.tearDown());
    const bed = (): ShardsBed => {
      if (!current) throw new Error('no test runs');
      return current;
    };

    describe('objects', () => objectCases(bed));
    describe('commits', () => commitCases(bed));
    describe('mappings', () => mappingCases(bed));
    describe('outbox', () => outboxCases(bed));
    describe('claims and ids', () => claimCases(bed));
    describe('stats', () => statsCases(bed));
    describe('life', () => lifeCases(bed));
  });
}
