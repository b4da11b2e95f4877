import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { killAfter } from '../../../test/support/kill-after.ts';
import { describeFeatures } from './contract.ts';
import type { Features } from './port.ts';
import { openSqliteFeatures } from './sqlite.ts';

describe('openSqliteFeatures', () => {
  let folder: string;
  let files = 0;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-features-'));
  });
  after(() => rm(folder, { recursive: true }));
  const fresh = (): string => path.join(folder, `${files++}`, 'features.db');
  const open = (file: string): Features => openSqliteFeatures({ path: file, durability: 'process' });

  describeFeatures('honours the features contract', async () => open(fresh()));

  it('keeps every acknowledged write of a process that is killed', async () => {
    const file = fresh();
    const child = `
      import { openSqliteFeatures } from '${new URL('./sqlite.ts', import.meta.url)}';
      import { writeSync } from 'node:fs';
      const features = openSqliteFeatures({ path: ${JSON.stringify(file)}, durability: 'process' });
      for (let n = 0; ; n++) {
        const value = new Float32Array(1968).fill(n % 2000);
        await features.put([{ entity: 'e' + n, name: 'look', version: 1, value }]);
        writeSync(1, n + '\\n');
      }`;
    const numbers = (await killAfter(child, 150)).map(Number);
    const features = open(file);
    const found = await features.getMany(
      'look',
      numbers.map((n) => `e${n}`),
    );
    for (const n of numbers) assert.deepEqual(found.get(`e${n}`), new Float32Array(1968).fill(n % 2000));
    const count = await features.count('look');
    assert.ok(count === numbers.length || count === numbers.length + 1);
    await features.close();
  });
});
