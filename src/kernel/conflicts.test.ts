import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryConflicts } from './conflicts.ts';
import { ConflictError } from './errors.ts';

test('an attempt that meets a conflict is made again, and its answer given', async () => {
  let tries = 0;
  const answer = await retryConflicts(async () => {
    tries += 1;
    if (tries < 3) throw new ConflictError('newer');
    return tries;
  });
  assert.equal(answer, 3);
});

test('conflicts without end, and other errors at once, come through', async () => {
  let tries = 0;
  const conflicting = async () => {
    tries += 1;
    throw new ConflictError('newer');
  };
  await assert.rejects(retryConflicts(conflicting, 4), ConflictError);
  assert.equal(tries, 4);
  const failing = async () => {
    tries += 1;
    throw new RangeError('other');
  };
  await assert.rejects(retryConflicts(failing), RangeError);
  assert.equal(tries, 5);
});
