/** What every adapter of the shards port must do that can give shards away. Run by each adapter's test with its own places. */
import { afterEach, beforeEach, describe } from 'node:test';
import { openBed, type TransferBed, type TransferPlace } from './contract-transfer-bed.ts';
import { copyCases } from './contract-transfer-copies.ts';
import { digestCases } from './contract-transfer-digests.ts';
import { followCases } from './contract-transfer-follow.ts';
import { journalCases } from './contract-transfer-journal.ts';
import { putCases } from './contract-transfer-puts.ts';
import { rowCases } from './contract-transfer-rows.ts';
import { sealCases } from './contract-transfer-seal.ts';
import { snapshotCases } from './contract-transfer-snapshot.ts';

/** Runs the suite; `makePlace` is asked for two empty places before each test. */
export function describeTransfer(name: string, makePlace: () => Promise<TransferPlace>): void {
  describe(name, () => {
    let current: TransferBed | undefined;
    beforeEach(async () => {
      current = await openBed(makePlace);
    });
    afterEach(async () => {
      await current?.from.tearDown();
      await current?.to.tearDown();
    });
    const bed = (): TransferBed => {
      if (!current) throw new Error('no test runs');
      return current;
    };

    describe('rows', () => rowCases(bed));
    describe('puts', () => putCases(bed));
    describe('digests', () => digestCases(bed));
    describe('copies', () => copyCases(bed));
    describe('snapshots', () => snapshotCases(bed));
    describe('seals', () => sealCases(bed));
    describe('journals', () => journalCases(bed));
    describe('following a journal', () => followCases(bed));
  });
}
