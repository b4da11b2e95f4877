/** What people do becomes events: from the API's own routes, and from browsers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Action, type ActionType, actionsTopic, readAction } from '#services/actions/contract';
import type { BoardView } from '#services/boards/contract';
import type { PinView } from '#services/pins/contract';
import { photo } from './support/pictures.ts';
import { type Site, startSite } from './support/site.ts';
import { assertRefused, password, type Visitor } from './support/visitor.ts';

let site: Site;
let ada: Visitor;
let bob: Visitor;
let open: BoardView;
let pin: PinView;
before(async () => {
  site = await startSite({ logLevel: 'silent' });
  ada = await site.member('ada');
  bob = await site.member('bob');
  open = await ada.board('Open');
  pin = await ada.pin(open.id, await photo('cat'));
});
after(() => site.stop());

async function actions<T extends ActionType>(type: T): Promise<(Action & { type: T })[]> {
  await site.app.services.actions.flush();
  const { eventLog } = site.app.engines;
  const all: Action[] = [];
  for (let partition = 0; partition < eventLog.partitions; partition++) {
    const events = await eventLog.read(actionsTopic, partition, 0, 1000);
    all.push(...events.map(({ value }) => readAction(value)));
  }
  return all.filter((action): action is Action & { type: T } => action.type === type);
}

const device = 'browser-0123456789';
let ids = 0;
const told = (more: object = {}) => ({
  id: `action-${String(ids++).padStart(12, '0')}`,
  ...{ type: 'impression', v: 1, at: Date.now(), surface: 'home', pinId: pin.id, rank: 0 },
  ...more,
});
const tell = (visitor: Visitor, actions: object[], more: object = {}) =>
  visitor.post<{ recorded: number }>('/api/actions', { device, sentAt: Date.now(), actions, ...more });

test('sign-ups and sign-ins are told, good and bad', async () => {
  const stranger = site.visitor();
  await stranger.post('/api/sessions', { name: 'ada', password: 'wrong password' });
  await stranger.post('/api/sessions', { name: 'ada', password });
  const failed = await actions('sign_in_failed');
  assert.deepEqual(
    failed.map(({ method, reason, actor }) => ({ method, reason, actor })),
    [{ method: 'password', reason: 'unauthenticated', actor: null }],
  );
  const ok = await actions('sign_in_ok');
  assert.deepEqual(ok.map(({ method }) => method).sort(), ['password', 'sign_up', 'sign_up']);
  assert.ok(ok.every(({ actor, device }) => actor !== null && device !== null));
});

test('uploads, saves and follows are told', async () => {
  const saved = await bob.post<PinView>(`/api/pins/${pin.id}/save`, { boardId: (await bob.board('His')).id });
  await bob.put('/api/users/ada/follow');
  await bob.delete('/api/users/ada/follow');
  assert.equal((await actions('upload')).length, 1);
  const [save] = await actions('save');
  assert.deepEqual([save?.pinId, save?.savedId, save?.actor], [pin.id, saved.body.id, bob.me?.id]);
  const follows = await actions('follow');
  assert.deepEqual(
    follows.map(({ targetId, on }) => [targetId, on]),
    [
      [ada.me?.id, true],
      [ada.me?.id, false],
    ],
  );
});

test('searches are told once, not for each further page', async () => {
  await bob.read('/api/search?q=cat');
  await bob.read(`/api/pins/${pin.id}/similar`);
  await bob.read(`/api/pins/${pin.id}/similar?x=0&y=0&w=0.5&h=0.5`);
  const found = (await actions('search')).map(({ kind, query }) => [kind, query]);
  assert.deepEqual(found, [
    ['words', 'cat'],
    ['pin', null],
    ['crop', null],
  ]);
});

test('answers that say that the server failed are told, without what was asked for', async () => {
  const { search } = site.app.services;
  const suggest = search.suggest.bind(search);
  search.suggest = () => Promise.reject(new Error('broken'));
  const answer = await bob.get('/api/search/suggest?q=secret');
  search.suggest = suggest;
  assertRefused(answer, 500, 'internal');
  const [error] = await actions('error');
  assert.deepEqual([error?.status, error?.route], [500, 'GET /api/search/suggest']);
  assert.equal(error?.requestId, answer.headers.get('x-request-id'));
});

test('a browser’s batch is recorded once for whoever is signed in', async () => {
  const batch = [told(), told({ type: 'click', target: 'source' })];
  for (const recorded of [2, 0]) {
    const answer = await tell(bob, batch);
    assert.deepEqual([answer.status, answer.body], [202, { recorded }]);
  }
  await tell(site.visitor(), [told()]);
  const seen = await actions('impression');
  assert.deepEqual(seen.map(({ actor }) => actor).sort(), [bob.me?.id, null].sort());
  assert.ok(seen.every(({ boardId }) => boardId === open.id));
});

test('what a stranger says of a secret pin is dropped', async () => {
  const secret = await ada.pin((await ada.board('Hidden', { secret: true })).id, await photo('boats'));
  assert.deepEqual((await tell(bob, [told({ pinId: secret.id })])).body, { recorded: 0 });
  assert.deepEqual((await tell(ada, [told({ pinId: secret.id })])).body, { recorded: 1 });
});

test('batches that name who acts, hold too much, or come from another site are refused', async () => {
  assertRefused(await tell(bob, [told({ actor: ada.me?.id })]), 400, 'invalid_input');
  assertRefused(await tell(bob, [told()], { actor: ada.me?.id }), 400, 'invalid_input');
  assertRefused(
    await tell(
      bob,
      Array.from({ length: 201 }, () => told()),
    ),
    400,
    'invalid_input',
    'actions',
  );
  assertRefused(await tell(bob, [told({ type: 'save' })]), 400, 'invalid_input');
  assertRefused(await tell(bob, [told({ surface: 'x'.repeat(70_000) })]), 413, 'too_large');
  const foreign = await bob.post('/api/actions', {}, { 'sec-fetch-site': 'cross-site' });
  assertRefused(foreign, 403, 'forbidden');
});
