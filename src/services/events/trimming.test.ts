import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { pino } from 'pino';
import type { OutboxEntry } from '#engines/shards/port';
import { Trimming } from './trimming.ts';

const entries = (from: number, through: number): OutboxEntry[] =>
  Array.from({ length: through - from + 1 }, (_, i) => ({ sequence: from + i, event: {} }));

describe('trimming', () => {
  let trims: [number, number][];
  let running: number;
  let most: number;
  let trimming: Trimming;
  beforeEach(() => {
    trims = [];
    running = 0;
    most = 0;
    const trimOutbox = async (shard: number, through: number) => {
      trims.push([shard, through]);
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
      if (shard === 13) throw new Error('no');
    };
    trimming = new Trimming({ shards: { trimOutbox }, logger: pino({ enabled: false }) });
  });

  it('begins with the shard that has waited longest, and ends when few enough entries wait', async () => {
    trimming.note(5, entries(1, 4));
    trimming.note(3, entries(1, 4));
    trimming.note(5, entries(5, 6));
    trimming.note(4, entries(1, 4));
    trimming.note(9, entries(1, 4));
    await trimming.downTo(8);
    assert.deepEqual(trims, [
      [5, 6],
      [3, 4],
    ]);
    assert.equal(trimming.count, 8);
  });

  it('never trims many shards at once', async () => {
    for (let shard = 0; shard < 64; shard += 1) trimming.note(shard, entries(1, 20));
    await trimming.downTo(0);
    assert.equal(trims.length, 64);
    assert.ok(most <= 2, `${most} at once`);
    assert.equal(trimming.count, 0);
  });

  it('ends when it is told that this is enough', async () => {
    for (let shard = 0; shard < 20; shard += 1) trimming.note(shard, entries(1, 1));
    await trimming.downTo(0, () => trims.length >= 6);
    assert.equal(trims.length, 6);
  });

  it('leaves an outbox that cannot be trimmed until its shard has new entries', async () => {
    trimming.note(13, entries(1, 2));
    trimming.note(14, entries(1, 2));
    await trimming.downTo(0);
    trimming.note(13, entries(3, 3));
    await trimming.downTo(0);
    assert.deepEqual(trims, [
      [13, 2],
      [14, 2],
      [13, 3],
    ]);
  });
});
