import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { describeTallies } from './contract.ts';
import { openSqliteTallies } from './sqlite.ts';

describe('openSqliteTallies', () => {
  let folder: string;
  let files = 0;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-tallies-'));
  });
  after(() => rm(folder, { recursive: true }));
  const fresh = (): string => path.join(folder, `${files++}`, 'tallies.sqlite');

  describeTallies('honours the tallies contract', async () =>
    openSqliteTallies({ path: fresh(), durability: 'process' }),
  );

  it('keeps counts and events over a reopening', async () => {
    const path = fresh();
    const event = { id: 'one', at: 0, subject: 'pin', group: 'board', kind: 'seen' };
    const first = openSqliteTallies({ path, durability: 'power' });
    await first.add([event]);
    await first.close();
    const second = openSqliteTallies({ path, durability: 'power' });
    assert.equal(await second.add([event]), 0);
    assert.equal((await second.ofSubject('pin', { from: 0, through: 1 })).length, 1);
    await second.close();
  });
});
