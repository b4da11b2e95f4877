/** What all column files must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import type { Column, ColumnFiles, Row } from './port.ts';

const columns: readonly Column[] = [
  { name: 'words', type: 'text' },
  { name: 'small', type: 'integer' },
  { name: 'large', type: 'bigint' },
  { name: 'moment', type: 'time' },
];

const row = (n: number): Row => ({
  words: n % 7 === 0 ? null : `wörd "${n}"\n\u0001 😀 {"a":${n}}`,
  small: n % 5 === 0 ? null : n - 100,
  large: n % 3 === 0 ? null : String(241294492511762325n + BigInt(n)),
  moment: n % 11 === 0 ? null : Date.UTC(2026, 0, 1) + n,
});

/** Runs the suite on what `open` gives. */
export function describeColumnFiles(title: string, open: () => ColumnFiles): void {
  describe(title, () => {
    const files = open();
    let folder: string;
    before(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-columns-'));
    });
    after(async () => {
      await files.close();
      await rm(folder, { recursive: true });
    });

    async function* inPieces(rows: readonly Row[], size: number): AsyncIterable<readonly Row[]> {
      for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
    }

    it('gives back what was written, in order', async () => {
      const rows = Array.from({ length: 25_000 }, (_, n) => row(n));
      const file = path.join(folder, "it's");
      assert.equal(await files.write(file, columns, inPieces(rows, 999)), 25_000);
      const pieces = await Array.fromAsync(files.read(file, columns));
      assert.ok(pieces.length > 1);
      assert.deepEqual(pieces.flat(), rows);
      assert.equal(await files.count(file), 25_000);
    });

    it('reads only the columns that are asked for', async () => {
      const file = path.join(folder, 'some');
      await files.write(file, columns, inPieces([row(1), row(2)], 2));
      const found = await Array.fromAsync(files.read(file, columns.slice(1, 2)));
      assert.deepEqual(found.flat(), [{ small: -99 }, { small: -98 }]);
    });

    it('reads only the rows that are asked for', async () => {
      const rows = Array.from({ length: 25_000 }, (_, n) => row(n));
      const file = path.join(folder, 'span');
      await files.write(file, columns, inPieces(rows, 5000));
      for (const [from, to] of [
        [0, 1],
        [10_000, 10_500],
        [24_999, 25_000],
        [7, 24_000],
        [25_000, 30_000],
      ] as const) {
        const found = await Array.fromAsync(files.read(file, columns, { from, to }));
        assert.deepEqual(found.flat(), rows.slice(from, to));
      }
    });

    it('refuses a value that does not fit its column', async () => {
      const wrong = { ...row(1), large: 'many' };
      const writing = files.write(path.join(folder, 'wrong'), columns, inPieces([wrong], 1));
      await assert.rejects(writing, InvalidInputError);
    });

    it('says of a file that is missing or cut off that it cannot be read', async () => {
      const whole = path.join(folder, 'whole');
      await files.write(whole, columns, inPieces([row(1)], 1));
      const cut = path.join(folder, 'cut');
      await writeFile(cut, (await readFile(whole)).subarray(0, -20));
      for (const file of [cut, path.join(folder, 'nothing')]) {
        await assert.rejects(Array.fromAsync(files.read(file, columns)), UnavailableError);
        await assert.rejects(files.count(file), UnavailableError);
      }
    });
  });
}
