import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { EventLog, NewEvent } from '#engines/event-log/port';
import { openSegmentLog } from '#engines/event-log/segments';
import { type Person, stranger } from '#kernel/actor';
import { InvalidInputError, RateLimitedError, UnavailableError } from '#kernel/errors';
import { encodeId, type Id, objectTypes } from '#kernel/ids';
import { silentLog } from '#kernel/log';
import { Metrics } from '#kernel/metrics';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';
import type { ActionsDeps } from './actions.ts';
import {
  type Action,
  type Actions,
  actionsTopic,
  type BrowserAction,
  type NewAction,
  readAction,
} from './contract.ts';
import { createActions } from './index.ts';
import { actionFields } from './schemas.ts';

const day = 24 * 60 * 60 * 1000;
const device = 'browser-0123456789';
const user = encodeId({ shard: 1, type: objectTypes.user, local: 7 });

describe('createActions', () => {
  let bed: LibraryBed;
  let log: EventLog;
  let metrics: Metrics;
  let actions: Actions;
  let ada: Person;
  let bob: Person;
  let open: Id;
  let secret: Id;
  let numbers = 0;

  const make = (overrides: Partial<ActionsDeps> = {}): Actions =>
    createActions({ ...bed, log, logger: silentLog, metrics, retryMs: 1, ...overrides });
  const pinOn = async (boardId: Id): Promise<Id> =>
    (await bed.pins.create(ada, { boardId, mediaId: await bed.media.add(ada.userId) })).id;
  const told = (pinId: Id, more: Partial<BrowserAction> = {}): BrowserAction => ({
    id: `action-${String(numbers++).padStart(12, '0')}`,
    ...{ type: 'impression', v: 1, at: bed.clock.now(), surface: 'home', pinId, rank: 3 },
    ...more,
  });
  const send = (told: BrowserAction[], sender: Person | undefined = bob) =>
    actions.recordBatch(
      { viewer: sender ?? stranger, address: '192.0.2.7' },
      { device, sentAt: bed.clock.now(), actions: told },
    );
  const logged = async (): Promise<Action[]> => {
    const all: Action[] = [];
    for (let p = 0; p < log.partitions; p++)
      all.push(...(await log.read(actionsTopic, p, 0, 1000)).map(({ value }) => readAction(value)));
    return all;
  };
  const dropped = async (cause: string): Promise<number> => {
    const metric = await metrics.registry.getSingleMetric('pinakes_actions_dropped_total')?.get();
    return metric?.values.find(({ labels }) => labels['cause'] === cause)?.value ?? 0;
  };
  const search = (query: string): NewAction => ({
    type: 'search',
    v: 1,
    actor: user,
    device: null,
    surface: 'search',
    kind: 'words',
    query,
    pinId: null,
    results: 1,
  });

  beforeEach(async () => {
    bed = await openLibraryBed();
    const { clock } = bed;
    log = await openSegmentLog({ folder: path.join(bed.folder, 'log'), durability: 'process', clock });
    metrics = new Metrics();
    actions = make();
    ada = await bed.person('ada');
    bob = await bed.person('bob');
    open = await pinOn((await bed.boards.create(ada, { name: 'Open' })).id);
    secret = await pinOn((await bed.boards.create(ada, { name: 'Secret', secret: true })).id);
  });
  afterEach(async () => {
    await actions.close();
    await log.close();
    await bed[Symbol.asyncDispose]();
  });

  it('has a schema for every action that the log is to know', () => {
    assert.deepEqual(
      Object.keys(actionFields).sort(),
      ['click', 'closeup', 'error', 'exposure', 'follow', 'hide', 'impression', 'save', 'search'].concat([
        'sign_in_failed',
        'sign_in_ok',
        'upload',
      ]),
    );
  });

  it('records an action with its time and an id of its own', async () => {
    actions.record(search('pears'));
    actions.record(search('pears'));
    await actions.flush();
    const [one, two] = await logged();
    assert.ok(one && two && one.id !== two.id);
    const now = bed.clock.now();
    assert.deepEqual(one, { ...search('pears'), id: one.id, at: now, receivedAt: now });
  });

  it('keeps the actions of one person in order', async () => {
    for (let n = 0; n < 50; n++) actions.record(search(`${n}`));
    await actions.flush();
    const queries = (await logged()).map((action) => (action as { query?: string }).query);
    assert.deepEqual(
      queries,
      Array.from({ length: 50 }, (_, n) => `${n}`),
    );
  });

  it('appends together what is recorded within a moment, unless somebody waits', async () => {
    const appends: number[] = [];
    const append = async (topic: string, events: readonly NewEvent[]) => {
      appends.push(events.length);
      return log.append(topic, events);
    };
    actions = make({ log: { append }, gatherMs: 3_600_000 });
    actions.record(search('pears'));
    await setImmediate();
    actions.record(search('quinces'));
    await actions.flush();
    actions.record(search('medlars'));
    await setImmediate();
    assert.deepEqual(await send([told(open)]), { recorded: 1 });
    assert.deepEqual(appends, [2, 2]);
  });

  it('drops and counts what does not fit its schema, and never throws', async () => {
    actions.record(search('x'.repeat(201)));
    actions.record({ ...search('x'), secret: 'x' } as never);
    await actions.flush();
    assert.deepEqual(await logged(), []);
    assert.equal(await dropped('invalid'), 2);
  });

  it('drops and counts what finds the queue full, and refuses browsers then', async () => {
    const gate = Promise.withResolvers<void>();
    const append = async (topic: string, events: readonly NewEvent[]) => {
      await gate.promise;
      return log.append(topic, events);
    };
    actions = make({ log: { append }, most: 3 });
    for (let n = 0; n < 5; n++) actions.record(search(`${n}`));
    assert.equal(await dropped('full'), 2);
    await assert.rejects(send([told(open)]), UnavailableError);
    gate.resolve();
    await actions.flush();
    assert.equal((await logged()).length, 3);
    assert.deepEqual(await send([told(open)]), { recorded: 1 });
  });

  it('tries again when the log refuses for a while', async () => {
    let refusals = 3;
    const append = async (topic: string, events: readonly NewEvent[]) => {
      if (refusals-- > 0) throw new UnavailableError('the disk is full');
      return log.append(topic, events);
    };
    actions = make({ log: { append } });
    actions.record(search('pears'));
    await actions.flush();
    assert.equal((await logged()).length, 1);
  });

  it('takes who acts from the request and the board from the pin', async () => {
    assert.deepEqual(await send([told(open), told(open, { type: 'click', target: 'source' })]), {
      recorded: 2,
    });
    const boardId = (await bed.pins.get(ada, open)).board.id;
    for (const action of await logged()) {
      assert.deepEqual([action.actor, action.device], [bob.userId, device]);
      assert.equal((action as { boardId?: Id }).boardId, boardId);
    }
    const { clock } = bed;
    const forged = { ...told(open), actor: ada.userId } as BrowserAction;
    await assert.rejects(send([forged]), InvalidInputError);
    const whole = { device, sentAt: clock.now(), actions: [told(open)], actor: ada.userId };
    const sender = { viewer: stranger, address: '192.0.2.7' };
    await assert.rejects(actions.recordBatch(sender, whole), InvalidInputError);
  });

  it('drops what is said of pins that the sender may not see', async () => {
    assert.deepEqual(await send([told(secret), told(open)]), { recorded: 1 });
    assert.deepEqual(await send([told(secret)], ada), { recorded: 1 });
    const gone = encodeId({ shard: 0, type: objectTypes.pin, local: 12345 });
    assert.deepEqual(await send([told(gone)]), { recorded: 0 });
  });

  it('records what is sent twice once', async () => {
    const batch = [told(open), told(open)];
    assert.deepEqual(await send(batch), { recorded: 2 });
    assert.deepEqual(await send([...batch, told(open)]), { recorded: 1 });
    assert.equal((await logged()).length, 3);
  });

  it('puts right the time of a browser whose clock is off, and drops what is too old', async () => {
    const { clock } = bed;
    const sentAt = clock.now() - 40 * day;
    const at = sentAt - 5000;
    const ahead = told(open, { at: sentAt + 1000 });
    const old = told(open, { at: sentAt - 8 * day });
    const sender = { viewer: stranger, address: '192.0.2.7' };
    const outcome = await actions.recordBatch(sender, {
      ...{ device, sentAt },
      actions: [told(open, { at }), ahead, old],
    });
    assert.deepEqual(outcome, { recorded: 2 });
    const times = (await logged()).map((action) => action.at).sort();
    assert.deepEqual(times, [clock.now() - 5000, clock.now()]);
  });

  it('refuses clicks without a target, targets without a click, and batches over 200', async () => {
    await assert.rejects(send([told(open, { type: 'click' })]), InvalidInputError);
    await assert.rejects(send([told(open, { target: 'owner' })]), InvalidInputError);
    await assert.rejects(send(Array.from({ length: 201 }, () => told(open))), InvalidInputError);
    await assert.rejects(send([told(user)]), InvalidInputError);
  });

  it('limits what one sender may tell in a minute', async () => {
    const many = () => Array.from({ length: 200 }, () => told(open));
    for (let batch = 0; batch < 30; batch++) await send(many());
    await assert.rejects(send(many()), RateLimitedError);
    assert.deepEqual(await send([told(open)], ada), { recorded: 1 });
  });
});
