import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { describeFeatures } from './contract.ts';
import { openSqliteFeatures } from './sqlite.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-features-'));
after(() => rm(folder, { recursive: true, force: true }));

describeFeatures('features in SQLite', async (name) =>
  openSqliteFeatures({ path: path.join(folder, `${name}.sqlite`), durability: 'process' }),
);
