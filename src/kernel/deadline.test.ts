import assert from 'node:assert/strict';
import { test } from 'node:test';
import { late, within } from './deadline.ts';

test('work that is done in time is answered, and so is its failure', async () => {
  assert.equal(await within(60_000, Promise.resolve(3)), 3);
  await assert.rejects(within(60_000, Promise.reject(new Error('no'))), /no/);
});

test('work that is late is left alone, and its late failure troubles nobody', async () => {
  const { promise, reject } = Promise.withResolvers<number>();
  assert.equal(await within(1, promise), late);
  reject(new Error('later'));
  await assert.rejects(promise, /later/);
});
