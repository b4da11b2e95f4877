import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { QuietFiles } from './quiet-files.ts';

describe('files', () => {
  let now = 0;
  let quiet: string[];
  let held: PromiseWithResolvers<void>;
  let files: QuietFiles<string>;
  beforeEach(() => {
    now = 0;
    quiet = [];
    held = Promise.withResolvers();
    held.resolve();
    mock.timers.enable({ apis: ['setTimeout'] });
    mock.method(performance, 'now', () => now);
    files = new QuietFiles(1000, async (file) => {
      quiet.push(file);
      await held.promise;
    });
  });
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });
  /** Lets time pass, and what waits for it be done. */
  async function pass(ms: number): Promise<void> {
    now += ms;
    mock.timers.tick(ms);
    for (let n = 0; n < 4; n += 1) await turn();
  }

  it('are told of once, when they were left alone for a while', async () => {
    files.written('a');
    await pass(900);
    files.written('a');
    files.written('b');
    await pass(100);
    assert.deepEqual(quiet, []);
    await pass(1000);
    assert.deepEqual(quiet, ['a', 'b']);
    await pass(5000);
    assert.deepEqual(quiet, ['a', 'b']);
    files.written('b');
    await pass(1000);
    assert.deepEqual(quiet, ['a', 'b', 'b']);
  });

  it('are told of one after the other, but for those written to meanwhile', async () => {
    held = Promise.withResolvers();
    for (const file of ['a', 'b', 'c']) files.written(file);
    await pass(1000);
    assert.deepEqual(quiet, ['a']);
    files.written('b');
    held.resolve();
    await pass(0);
    assert.deepEqual(quiet, ['a', 'c']);
    await pass(1000);
    assert.deepEqual(quiet, ['a', 'c', 'b']);
  });

  it('are told of no more once closed', async () => {
    files.written('a');
    files.close();
    files.written('b');
    await pass(3000);
    assert.deepEqual(quiet, []);
  });
});
