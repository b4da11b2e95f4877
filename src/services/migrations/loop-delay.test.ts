import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { LoopDelay } from './loop-delay.ts';

function hold(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('the delay of the event loop', () => {
  it('is what work that holds the loop makes others wait', async () => {
    const delay = new LoopDelay();
    delay.start();
    await sleep(10);
    hold(60);
    while (delay.ms < 50) await nextTurn();
    delay.stop();
    assert.equal(delay.ms, 0);
  });
});
