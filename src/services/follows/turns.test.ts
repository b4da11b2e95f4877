import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Turns } from './turns.ts';

test('tasks of one key run one after the other, those of others meanwhile', async () => {
  const turns = new Turns<string>();
  const gate = Promise.withResolvers<void>();
  const order: string[] = [];
  const first = turns.run('a', async () => {
    await gate.promise;
    order.push('a1');
  });
  const second = turns.run('a', async () => order.push('a2'));
  await turns.run('b', async () => order.push('b1'));
  gate.resolve();
  await Promise.all([first, second]);
  assert.deepEqual(order, ['b1', 'a1', 'a2']);
});

test('a failure reaches its caller and does not hold up the next', async () => {
  const turns = new Turns<string>();
  const failing = turns.run('a', () => Promise.reject(new RangeError('no')));
  const next = turns.run('a', async () => 'done');
  await assert.rejects(failing, RangeError);
  assert.equal(await next, 'done');
});
