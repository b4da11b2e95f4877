/** What every pictures adapter must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe } from 'node:test';
import type { PicturesBed } from './contract-bed.ts';
import { copyContract, encodeContract } from './contract-copies.ts';
import { processContract } from './contract-process.ts';
import { refusalContract } from './contract-refusals.ts';
import type { Pictures } from './port.ts';

/** Runs the suite on what `open` gives; its encoder must tell red from blue. */
export function picturesContract(title: string, open: () => Promise<Pictures>): void {
  describe(title, () => {
    let bed: PicturesBed | undefined;
    const get = (): PicturesBed => bed ?? assert.fail('not open');
    before(async () => {
      bed = { pictures: await open(), folder: await mkdtemp(path.join(os.tmpdir(), 'pinakes-pictures-')) };
    });
    after(async () => {
      await get().pictures.close();
      await rm(get().folder, { recursive: true });
    });
    describe('process', () => processContract(get));
    describe('refusals', () => refusalContract(get));
    describe('derive and strip', () => copyContract(get));
    describe('encode', () => encodeContract(get));
  });
}
