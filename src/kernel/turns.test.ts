import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { turnMs, turns } from './turns.ts';

function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('turns', () => {
  it('give way when the time is up, and not before', async () => {
    const pause = turns();
    assert.equal(pause(), undefined);
    let others = 0;
    setImmediate(() => {
      others += 1;
    });
    work(turnMs + 1);
    await pause();
    assert.equal(others, 1);
  });
});
