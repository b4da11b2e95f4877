import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ConflictError, NotFoundError } from '#kernel/errors';
import type { Json } from '#kernel/json';
import { type Action, actionsTopic, type DeliveredAction } from '#services/actions/contract';
import { Bed, created, pinId, Watcher } from '../../../test/support/events-bed.ts';
import { type Consumer, changesTopic } from './contract.ts';

/** Follows actions beside changes. */
class ActionWatcher extends Watcher {
  actions: DeliveredAction[] = [];
  applyActions = async (actions: readonly DeliveredAction[]): Promise<void> => {
    this.actions.push(...actions);
  };
  override async reset(): Promise<void> {
    await super.reset();
    this.actions = [];
  }
}

const action = (n: number): Action => ({
  type: 'exposure',
  v: 1,
  id: `exposure-${String(n).padStart(12, '0')}`,
  at: n,
  receivedAt: n,
  actor: null,
  device: null,
  surface: 'home',
  experiment: 'columns',
  variant: `${n}`,
});

describe('parked events', () => {
  let bed: Bed;
  let watcher: Watcher;
  let broken: boolean;
  beforeEach(async () => {
    bed = await Bed.open();
    watcher = new Watcher();
    broken = true;
    watcher.before = (changes) => {
      const poison = changes.find(({ body }) => String(body['note']).startsWith('poison'));
      if (broken && poison) throw new TypeError(`cannot take ${poison.body['note']}`);
    };
  });
  afterEach(() => bed.close());

  const commit = (...notes: string[]): Promise<unknown> =>
    bed.shards.commit(
      1,
      notes.map((note) => created(pinId(1, 1), note)),
    );
  const started = async (consumer: Consumer = watcher) => {
    const events = bed.events([consumer, new Watcher('other')]);
    await events.start();
    await events.drain();
    return events;
  };

  it('are listed with cause, consumer, type, place and times', async () => {
    await commit('a', 'poison-1', 'b');
    const events = await started();
    const [one, ...more] = await events.parked();
    assert.deepEqual(more, []);
    const now = bed.clock.now();
    assert.deepEqual(one, {
      id: `watcher.changes.${one?.partition}.1`,
      consumer: 'watcher',
      topic: changesTopic,
      partition: one?.partition,
      offset: 1,
      type: 'pin.created',
      at: now,
      parkedAt: now,
      cause: 'cannot take poison-1',
      replays: 0,
    });
    assert.deepEqual(await events.parked('other'), []);
    await assert.rejects(events.parked('nobody'), NotFoundError);
    assert.equal((await events.lags())[0]?.parked, 1);
  });

  it('are applied when replayed, one or all, in the order of the log, and are listed no more', async () => {
    await commit('a', 'poison-1', 'poison-2', 'poison-3', 'b');
    const events = await started();
    const middle = (await events.parked()).find(({ cause }) => cause.includes('poison-2'));
    broken = false;
    assert.deepEqual(await events.replay('watcher', middle?.id), { replayed: 1, failed: 0 });
    assert.deepEqual(await events.replay('watcher'), { replayed: 2, failed: 0 });
    assert.deepEqual(watcher.notes, ['a', 'b', 'poison-2', 'poison-1', 'poison-3']);
    assert.deepEqual(await events.parked(), []);
    await assert.rejects(events.replay('watcher', middle?.id), NotFoundError);
    assert.equal(watcher.overlapped, false);
  });

  it('stay with their new cause when a replay fails', async () => {
    await commit('poison-1');
    const events = await started();
    watcher.before = () => {
      throw new Error('still broken');
    };
    bed.clock.advance(1000);
    assert.deepEqual(await events.replay('watcher'), { replayed: 0, failed: 1 });
    const [one] = await events.parked();
    assert.deepEqual([one?.cause, one?.replays, one?.parkedAt], ['still broken', 1, bed.clock.now()]);
  });

  it('are discarded, one or all', async () => {
    await commit('poison-1', 'poison-2', 'poison-3');
    const events = await started();
    const [one] = await events.parked();
    assert.equal(await events.discard('watcher', one?.id), 1);
    assert.equal((await events.parked()).length, 2);
    assert.equal(await events.discard('watcher'), 2);
    assert.deepEqual(await events.parked(), []);
    await assert.rejects(events.discard('nobody'), NotFoundError);
  });

  it('are known after a restart, but for those that were dealt with', async () => {
    await commit('poison-1', 'poison-2');
    const first = await started();
    const [one, other] = await first.parked();
    await first.discard('watcher', one?.id);
    await first.stop();
    const second = await started();
    assert.deepEqual(await second.parked(), [other]);
    broken = false;
    await second.replay('watcher');
    await second.stop();
    assert.deepEqual(await (await started()).parked(), []);
  });

  it('are gone after a rebuild that takes them in', async () => {
    await commit('a', 'poison-1');
    const events = await started();
    broken = false;
    await events.rebuild('watcher');
    assert.deepEqual(watcher.notes, ['a', 'poison-1']);
    assert.deepEqual(await events.parked(), []);
  });

  it('are not replayed to a consumer that needs order', async () => {
    await commit('poison-1');
    const events = await started(Object.assign(watcher, { needsOrder: true }));
    await assert.rejects(events.replay('watcher'), ConflictError);
    assert.equal(await events.discard('watcher'), 1);
  });

  it('hold what fits no schema, of changes and of actions alike', async () => {
    const both = new ActionWatcher();
    const bad: Json[] = [
      { type: 'pin.created', v: 2 },
      { nothing: true },
      [1],
      { ...action(1), v: 9 },
      { ...action(2), variant: 7 },
    ];
    const append = (topic: string, values: readonly Json[]) =>
      bed.log.append(
        topic,
        values.map((value) => ({ key: 'k', value })),
      );
    await append(changesTopic, bad.slice(0, 3));
    await append(actionsTopic, [{ ...action(0) }, ...bad.slice(3), { ...action(3) }]);
    await commit('a');
    const events = await started(both);
    assert.deepEqual(both.notes, ['a']);
    assert.deepEqual(
      both.actions.map(({ at }) => at),
      [0, 3],
    );
    const parked = await events.parked('watcher');
    assert.deepEqual(parked.map(({ topic }) => topic).sort(), [
      'actions',
      'actions',
      'changes',
      'changes',
      'changes',
    ]);
    assert.ok(parked.some(({ cause }) => cause === 'type exposure of version 9 is not known'));
    assert.ok(parked.some(({ type }) => type === 'unknown'));
  });

  it('follow actions from where a consumer was, and through a rebuild', async () => {
    const both = new ActionWatcher();
    await bed.log.append(actionsTopic, [{ key: 'k', value: { ...action(0) } }]);
    const first = await started(both);
    await first.stop();
    await bed.log.append(actionsTopic, [{ key: 'k', value: { ...action(1) } }]);
    await commit('a');
    const second = await started(both);
    const seen = (): number[] => both.actions.map(({ at }) => at);
    assert.deepEqual(seen(), [0, 1]);
    const steps: number[] = [];
    const { events } = await second.rebuild('watcher', (done, total) => steps.push(done, total));
    assert.equal(events, 3);
    assert.deepEqual(seen(), [0, 1]);
    assert.deepEqual(steps.slice(-2), [3, 3]);
  });
});
