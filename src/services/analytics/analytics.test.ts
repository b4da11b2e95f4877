import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Tallies } from '#engines/tallies/port';
import { openSqliteTallies } from '#engines/tallies/sqlite';
import { type Person, stranger } from '#kernel/actor';
import { ForbiddenError, InvalidInputError, NotFoundError, UnauthenticatedError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { DeliveredAction } from '#services/actions/contract';
import type { Consumer } from '#services/events/contract';
import { type LibraryBed, openLibraryBed } from '../../../test/support/library-bed.ts';
import type { Analytics } from './contract.ts';
import { createAnalytics, createAnalyticsConsumer } from './index.ts';

const day = 24 * 60 * 60 * 1000;

describe('createAnalytics', () => {
  let bed: LibraryBed;
  let tallies: Tallies;
  let consumer: Consumer;
  let analytics: Analytics;
  let ada: Person;
  let bob: Person;
  let board: Id;
  let pin: Id;
  let ids = 0;
  beforeEach(async () => {
    bed = await openLibraryBed();
    tallies = openSqliteTallies({ path: path.join(bed.folder, 'tallies.sqlite'), durability: 'process' });
    consumer = createAnalyticsConsumer({ tallies, pins: bed.pins });
    analytics = createAnalytics({ ...bed, tallies });
    ada = await bed.person('ada');
    bob = await bed.person('bob');
    board = (await bed.boards.create(ada, { name: 'Open' })).id;
    pin = await pinOn(board);
  });
  afterEach(async () => {
    await tallies.close();
    await bed[Symbol.asyncDispose]();
  });

  const pinOn = async (boardId: Id): Promise<Id> =>
    (await bed.pins.create(ada, { boardId, mediaId: await bed.media.add(ada.userId) })).id;
  const seen = (pinId: Id, boardId: Id, daysAgo = 0): DeliveredAction => {
    const at = bed.clock.now() - daysAgo * day;
    return {
      ...{ type: 'impression', v: 1, id: `impression-${ids++}-0000000`, at, receivedAt: at },
      ...{ actor: bob.userId, device: null, surface: 'home', pinId, boardId, rank: 0 },
      position: { partition: 0, offset: ids },
    } as DeliveredAction;
  };
  const click = (action: DeliveredAction): DeliveredAction =>
    ({ ...action, id: `click-${ids++}-00000000`, type: 'click', target: 'source' }) as DeliveredAction;

  it('shows each day with its counts, and their totals', async () => {
    const today = seen(pin, board);
    await consumer.applyActions?.([today, seen(pin, board), click(today), seen(pin, board, 2)]);
    const { days, totals } = await analytics.pin(ada, pin, { days: 3 });
    const counts = { closeups: 0, saves: 0 };
    const date = (ago: number) => new Date(bed.clock.now() - ago * day).toISOString().slice(0, 10);
    assert.deepEqual(days, [
      { day: date(2), impressions: 1, clicks: 0, ...counts },
      { day: date(1), impressions: 0, clicks: 0, ...counts },
      { day: date(0), impressions: 2, clicks: 1, ...counts },
    ]);
    assert.deepEqual(totals, { impressions: 3, clicks: 1, ...counts });
    assert.equal((await analytics.pin(ada, pin, {})).days.length, 30);
  });

  it('counts saves from what is stored, once, for the pin and its board', async () => {
    const his = (await bed.boards.create(bob, { name: 'His' })).id;
    await bed.pins.save(bob, pin, his);
    for (let round = 0; round < 2; round++) await consumer.apply(await bed.changes());
    assert.equal((await analytics.pin(ada, pin, {})).totals.saves, 1);
    assert.equal((await analytics.board(ada, board, {})).totals.saves, 1);
    assert.equal((await analytics.own(ada, {})).totals.saves, 1);
    assert.equal((await analytics.own(bob, {})).totals.saves, 0);
  });

  it('counts what comes again once', async () => {
    const actions = [seen(pin, board), seen(pin, board)];
    for (let round = 0; round < 3; round++) await consumer.applyActions?.(actions);
    assert.equal((await analytics.pin(ada, pin, {})).totals.impressions, 2);
    await consumer.reset();
    await consumer.applyActions?.(actions);
    assert.equal((await analytics.pin(ada, pin, {})).totals.impressions, 2);
  });

  it('adds up boards, and names the pins and boards that were seen most', async () => {
    const other = (await bed.boards.create(ada, { name: 'Other' })).id;
    const second = await pinOn(board);
    const third = await pinOn(other);
    const times = (count: number, pinId: Id, boardId: Id) =>
      Array.from({ length: count }, () => seen(pinId, boardId));
    await consumer.applyActions?.([
      ...times(1, pin, board),
      ...times(3, second, board),
      ...times(2, third, other),
    ]);
    const one = await analytics.board(ada, board, {});
    assert.deepEqual([one.board.name, one.totals.impressions], ['Open', 4]);
    assert.deepEqual(
      one.top.map((top) => [top.pin.id, top.impressions]),
      [
        [second, 3],
        [pin, 1],
      ],
    );
    const own = await analytics.own(ada, {});
    assert.equal(own.totals.impressions, 6);
    assert.deepEqual(
      own.boards.map(({ name, impressions }) => [name, impressions]),
      [
        ['Open', 4],
        ['Other', 2],
      ],
    );
    assert.deepEqual(
      own.top.map((top) => top.pin.id),
      [second, third, pin],
    );
  });

  it('is for the owner alone, and does not tell of what is secret', async () => {
    await assert.rejects(analytics.pin(bob, pin, {}), ForbiddenError);
    await assert.rejects(analytics.board(bob, board, {}), ForbiddenError);
    await bed.boards.setRole(ada, board, bob.userId, 'editor');
    await assert.rejects(analytics.pin(bob, pin, {}), ForbiddenError);
    const secret = (await bed.boards.create(ada, { name: 'Hidden', secret: true })).id;
    const hidden = await pinOn(secret);
    await assert.rejects(analytics.pin(bob, hidden, {}), NotFoundError);
    await assert.rejects(analytics.board(bob, secret, {}), NotFoundError);
    for (const ask of [analytics.pin(stranger, pin, {}), analytics.own(stranger, {})])
      await assert.rejects(ask, UnauthenticatedError);
    await assert.rejects(analytics.own(ada, { days: 0 }), InvalidInputError);
    await assert.rejects(analytics.own(ada, { days: 366 }), InvalidInputError);
  });

  it('passes over actions that are none of a pin', async () => {
    const search = { ...seen(pin, board), type: 'search', kind: 'words' } as unknown as DeliveredAction;
    await consumer.applyActions?.([search]);
    assert.equal((await analytics.own(ada, {})).totals.impressions, 0);
  });
});
