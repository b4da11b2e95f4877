import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Lane } from './lane.ts';

describe('a lane', () => {
  it('runs one at a time, in order, also after one that failed', async () => {
    const lane = new Lane();
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} begins`);
      await nextTurn();
      seen.push(`${name} ends`);
      if (name === 'b') throw new Error('b fails');
    };
    const all = await Promise.allSettled(['a', 'b', 'c'].map((name) => lane.run(work(name))));
    assert.deepEqual(
      all.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(seen, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('is not held up by one that waits for something', async () => {
    const lane = new Lane();
    const stuck = Promise.withResolvers<void>();
    const first = lane.run(() => stuck.promise);
    let isRun = false;
    await lane.run(async () => {
      isRun = true;
    });
    assert.ok(isRun);
    stuck.resolve();
    await first;
  });
});
