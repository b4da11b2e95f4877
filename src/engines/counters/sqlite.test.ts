import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileCalls } from '../../../test/support/file-calls.ts';
import { killAfter } from '../../../test/support/kill-after.ts';
import { describeCounters } from './contract.ts';
import type { Counters } from './port.ts';
import { openSqliteCounters } from './sqlite.ts';

describe('openSqliteCounters', () => {
  let folder: string;
  let files = 0;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-counters-'));
  });
  after(() => rm(folder, { recursive: true }));
  const fresh = (): string => path.join(folder, `${files++}`, 'counters.db');
  const open = (file: string): Counters => openSqliteCounters({ path: file, durability: 'process' });

  describeCounters('honours the counters contract', async () => open(fresh()));

  it('leaves the sync to settling', async () => {
    const counters = openSqliteCounters({ path: fresh(), durability: 'power' });
    const count = (sequence: number) =>
      counters.apply([{ source: 's', sequence, deltas: [{ counter: 'all', by: 1 }] }]);
    assert.equal(await fileCalls(() => Promise.all([count(1), count(2)])), 0);
    assert.ok((await fileCalls(() => counters.settle())) > 0);
    assert.equal(await fileCalls(() => counters.settle()), 0);
    await counters.close();
  });

  it('counts every event once over deaths of the process and repeated delivery', async () => {
    const file = fresh();
    const child = (from: number): string => `
      import { openSqliteCounters } from '${new URL('./sqlite.ts', import.meta.url)}';
      import { writeSync } from 'node:fs';
      const counters = openSqliteCounters({ path: ${JSON.stringify(file)}, durability: 'process' });
      for (let sequence = ${from}; ; sequence++) {
        const deltas = [{ counter: 'all', by: 1 }, { counter: 'saves:' + (sequence % 5), by: 1 }];
        await counters.apply([{ source: 's', sequence, deltas }]);
        writeSync(1, sequence + '\\n');
      }`;
    let last = 0;
    for (let round = 0; round < 3; round++) {
      const lines = await killAfter(child(Math.max(1, last - 20)), 100 + 41 * round);
      last = Number(lines.at(-1));
    }
    const counters = open(file);
    const all = (await counters.getMany(['all'])).get('all') ?? 0;
    // One event may have been stored and not yet acknowledged when the process died.
    assert.ok(all === last || all === last + 1, `${all} counted, ${last} acknowledged`);
    const parts = await counters.top('saves:', 10);
    assert.equal(
      parts.reduce((sum, { value }) => sum + value, 0),
      all,
    );
    await counters.close();
  });
});
