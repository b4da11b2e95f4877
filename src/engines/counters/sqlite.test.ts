import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { describeCounters } from './contract.ts';
import { openSqliteCounters } from './sqlite.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-counters-'));
after(() => rm(folder, { recursive: true, force: true }));

describeCounters('counters in SQLite', async (name) =>
  openSqliteCounters({ path: path.join(folder, `${name}.sqlite`), durability: 'process' }),
);
