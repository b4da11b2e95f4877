/** The home feed's endless scroll. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from '#kernel/schema';
import type { PinView } from '#services/pins/contract';
import { startSiteOfMany, manyPins as total } from './support/many-pins.ts';
import { scroll, seedPins } from './support/seed.ts';
import type { Site } from './support/site.ts';
import { assertRefused, Visitor } from './support/visitor.ts';

let site: Site;
let bob: Visitor;
let made: PinView[];
before(async () => {
  ({ site, pins: made } = await startSiteOfMany());
  bob = await site.member('bob');
});
after(() => site.stop());

function assertNoTwice(items: readonly PinView[]): void {
  assert.equal(new Set(items.map(({ id }) => id)).size, items.length, 'a pin came twice');
  assert.equal(
    new Set(items.map(({ picture }) => picture.signature)).size,
    items.length,
    'a picture came twice',
  );
}

test('a stranger scrolls through all pins, none twice', async () => {
  const { items, cursor } = await scroll(site.visitor(), '/api/feed/home');
  assert.equal(items.length, total);
  assertNoTwice(items);
  assert.equal(cursor, null);
});

test('a cursor from before a restart leads on, without repeats', async () => {
  const before = await scroll(bob, '/api/feed/home', { most: 5 });
  const strangers = await scroll(site.visitor(), '/api/feed/home', { most: 5 });
  site = await site.restart();
  bob = new Visitor(site.url, bob.cookie);
  const rest = await scroll(bob, '/api/feed/home', { cursor: before.cursor });
  assertNoTwice([...before.items, ...rest.items]);
  assert.ok(before.items.length + rest.items.length >= total);
  const restOfStrangers = await scroll(site.visitor(), '/api/feed/home', { cursor: strangers.cursor });
  assertNoTwice([...strangers.items, ...restOfStrangers.items]);
  assert.ok(strangers.items.length + restOfStrangers.items.length >= total);
});

test('a member scrolls through all pins, none twice', async () => {
  const own = await bob.board('Own');
  for (const { id } of made.slice(0, 8))
    await bob.expect(201, 'POST', `/api/pins/${id}/save`, { boardId: own.id });
  await bob.expect(204, 'PUT', '/api/users/ada/follow');
  await site.drain();
  const { items } = await scroll(bob, '/api/feed/home', { limit: 40 });
  assert.ok(items.length >= total - 20, `${items.length} of ${total}`);
  assertNoTwice(items);
});

test('the same cursor gives the same page again', async () => {
  const visitor = site.visitor();
  const first = await visitor.read<Page<PinView>>('/api/feed/home');
  const next = () => visitor.read<Page<PinView>>(`/api/feed/home?cursor=${first.cursor}`);
  assert.deepEqual((await next()).items, (await next()).items);
});

test('pins that arrive or go during a scroll neither repeat nor push anything', async () => {
  const start = await scroll(bob, '/api/feed/home', { most: 4 });
  const [board] = (await bob.read<Page<{ id: PinView['board']['id'] }>>('/api/me/boards')).items;
  assert.ok(board);
  await seedPins(site, bob, [board.id], 3);
  const rest = await scroll(bob, '/api/feed/home', { cursor: start.cursor });
  assertNoTwice([...start.items, ...rest.items]);
});

test('neighbouring pins are of different boards', async () => {
  const { items } = await site.visitor().read<Page<PinView>>('/api/feed/home?limit=50');
  const same = items.filter(({ board }, at) => board.id === items[at + 1]?.board.id).length;
  assert.ok(same <= 3, `${same} of 49 neighbours share a board`);
});

test('related pins go on without repeats', async () => {
  const { items } = await scroll(site.visitor(), `/api/pins/${made[3]?.id}/related`, { most: 12 });
  assert.ok(items.length >= 200, `${items.length}`);
  assertNoTwice(items);
  assert.ok(!items.some(({ id }) => id === made[3]?.id));
});

test('forged cursors and bad limits are refused', async () => {
  for (const cursor of ['x', 'bnVsbA', Buffer.from('[1,-5]').toString('base64url')]) {
    assertRefused(await bob.get(`/api/feed/home?cursor=${cursor}`), 400, 'invalid_input', 'cursor');
  }
  assertRefused(await bob.get('/api/feed/home?limit=1000'), 400, 'invalid_input', 'limit');
  assertRefused(await bob.get('/api/feed/home?limit=none'), 400, 'invalid_input', 'limit');
});
