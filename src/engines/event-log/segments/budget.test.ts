import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import { Budget } from './budget.ts';

describe('Budget', () => {
  it('admits what fits at once, and the rest in order as room comes back', async () => {
    const budget = new Budget(100, 10_000);
    const admitted: string[] = [];
    assert.equal(budget.take(60), undefined);
    assert.equal(budget.take(40), undefined);
    const waiting = [
      budget.take(80)?.then(() => admitted.push('large')),
      budget.take(1)?.then(() => admitted.push('small')),
    ];
    budget.giveBack(40);
    await Promise.resolve();
    assert.deepEqual(admitted, []);
    budget.giveBack(60);
    await Promise.all(waiting);
    assert.deepEqual(admitted, ['large', 'small']);
  });

  it('admits what alone is over the bound when nothing else is on its way', async () => {
    const budget = new Budget(100, 10_000);
    assert.equal(budget.take(500), undefined);
    const next = budget.take(1);
    budget.giveBack(500);
    await next;
  });

  it('refuses who waited too long, and lets those behind them go on', async () => {
    const budget = new Budget(100, 5);
    assert.equal(budget.take(90), undefined);
    const large = budget.take(50);
    assert.ok(large);
    await assert.rejects(large, UnavailableError);
    assert.equal(budget.take(10), undefined);
  });
});
