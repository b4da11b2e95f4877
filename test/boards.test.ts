/** Boards and follows over HTTP. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { encodeId } from '#kernel/ids';
import type { Page } from '#kernel/schema';
import type { PersonView } from '#services/accounts/contract';
import type { BoardView } from '#services/boards/contract';
import type { PinView } from '#services/pins/contract';
import { softPicture } from './support/pictures.ts';
import { type Site, startSite } from './support/site.ts';
import { assertRefused, type Visitor } from './support/visitor.ts';

let site: Site;
let ada: Visitor;
let bob: Visitor;
before(async () => {
  site = await startSite();
  ada = await site.member('ada');
  bob = await site.member('bob');
});
after(() => site.stop());

const absent = encodeId({ shard: 0, type: 2, local: 2 ** 35 });
const otherType = encodeId({ shard: 0, type: 1, local: 1 });

test('a board is made, read, changed and removed by its owner', async () => {
  const made = await ada.board('Bridges', { description: 'over water' });
  assert.equal(made.mine, true);
  assert.equal(made.secret, false);
  assert.equal(made.pinCount, 0);
  assert.equal((await bob.read<BoardView>(`/api/boards/${made.id}`)).mine, false);
  const changed = await ada.expect<BoardView>(200, 'PATCH', `/api/boards/${made.id}`, {
    name: 'Old bridges',
  });
  assert.equal(changed.name, 'Old bridges');
  assert.equal(changed.description, 'over water');
  await ada.expect(204, 'DELETE', `/api/boards/${made.id}`);
  assertRefused(await ada.get(`/api/boards/${made.id}`), 404, 'not_found');
});

test('boards refuse what breaks the contract', async () => {
  assertRefused(await ada.post('/api/boards', {}), 400, 'invalid_input', 'name');
  assertRefused(await ada.post('/api/boards', { name: '   ' }), 400, 'invalid_input', 'name');
  assertRefused(await ada.post('/api/boards', { name: 'x'.repeat(101) }), 400, 'invalid_input', 'name');
  assertRefused(await site.visitor().post('/api/boards', { name: 'x' }), 401, 'unauthenticated');
  assertRefused(await ada.get(`/api/boards/${otherType}`), 400, 'invalid_input', 'id');
  assertRefused(await ada.get(`/api/boards/${absent}`), 404, 'not_found');
  assertRefused(await ada.get('/api/boards/nonsense'), 400, 'invalid_input', 'id');
});

test('only the owner changes, removes and fills a board', async () => {
  const board = await ada.board('Hers');
  assertRefused(await bob.patch(`/api/boards/${board.id}`, { name: 'His' }), 403, 'forbidden');
  assertRefused(await bob.delete(`/api/boards/${board.id}`), 403, 'forbidden');
  const media = await bob.upload(await softPicture(1));
  assertRefused(await bob.post('/api/pins', { boardId: board.id, mediaId: media.id }), 403, 'forbidden');
  assertRefused(await site.visitor().delete(`/api/boards/${board.id}`), 401, 'unauthenticated');
});

test('an owner lets others arrange a board, who may leave it', async () => {
  const [owner, editor] = [await site.member('rita'), await site.member('sam')];
  const made = await owner.board('Together', { secret: true });
  const role = `/api/boards/${made.id}/roles/${editor.me?.id}`;
  assertRefused(await editor.put(role, { role: 'editor' }), 404, 'not_found');
  assertRefused(await owner.put(role, { role: 'king' }), 400, 'invalid_input');
  assertRefused(await owner.put(`/api/boards/${made.id}/roles/x`, { role: 'editor' }), 400, 'invalid_input');
  const view = await owner.expect<BoardView>(200, 'PUT', role, { role: 'editor' });
  assert.deepEqual(
    view.members.map(({ person, role: as }) => [person.name, as]),
    [['sam', 'editor']],
  );
  const pin = await editor.pin(made.id, await softPicture(31), { title: 'Ours' });
  assert.deepEqual([pin.owner.name, pin.mine], ['rita', false]);
  assertRefused(await editor.patch(`/api/boards/${made.id}`, { name: 'Mine' }), 403, 'forbidden');
  await editor.expect(204, 'DELETE', `/api/pins/${pin.id}`);
  await editor.expect(204, 'DELETE', role);
  assertRefused(await editor.get(`/api/boards/${made.id}`), 404, 'not_found');
});

test('removing a board removes its pins', async () => {
  const board = await ada.board('Short-lived');
  const pin = await ada.pin(board.id, await softPicture(2), { title: 'ephemeral' });
  await ada.expect(204, 'DELETE', `/api/boards/${board.id}`);
  assertRefused(await ada.get(`/api/pins/${pin.id}`), 404, 'not_found');
  await site.drain();
  const found = await ada.read<{ pins: PinView[] }>('/api/search?q=ephemeral');
  assert.deepEqual(found.pins, []);
  assertRefused(await site.visitor().get(`/img/${pin.picture.signature}/236.webp`), 404, 'not_found');
});

test('covers are the newest pictures, counts follow the pins', async () => {
  const board = await ada.board('Covers');
  const pins: PinView[] = [];
  for (let n = 10; n < 14; n += 1) pins.push(await ada.pin(board.id, await softPicture(n)));
  await site.drain();
  const seen = await bob.read<BoardView>(`/api/boards/${board.id}`);
  assert.equal(seen.pinCount, 4);
  assert.deepEqual(
    seen.covers.map(({ signature }) => signature),
    pins
      .slice(1)
      .reverse()
      .map(({ picture }) => picture.signature),
  );
});

test('the save menu lists the board last used first', async () => {
  const carl = await site.member('carl');
  const [one, two] = [await carl.board('One'), await carl.board('Two')];
  await carl.pin(one.id, await softPicture(20));
  const { items } = await carl.read<Page<BoardView>>('/api/me/boards');
  assert.deepEqual(
    items.map(({ id }) => id),
    [one.id, two.id],
  );
  assertRefused(await site.visitor().get('/api/me/boards'), 401, 'unauthenticated');
});

test('boards and pins of a person come in pages that end', async () => {
  const dora = await site.member('dora');
  for (let n = 0; n < 5; n += 1) await dora.board(`Board ${n}`);
  const first = await bob.read<Page<BoardView>>('/api/users/dora/boards?limit=3');
  assert.equal(first.items.length, 3);
  const rest = await bob.read<Page<BoardView>>(`/api/users/dora/boards?limit=3&cursor=${first.cursor}`);
  assert.equal(rest.items.length, 2);
  assert.equal(rest.cursor, null);
  assert.equal(new Set([...first.items, ...rest.items].map(({ id }) => id)).size, 5);
  assertRefused(await bob.get('/api/users/dora/boards?limit=101'), 400, 'invalid_input', 'limit');
  assertRefused(await bob.get('/api/users/dora/boards?cursor=forged'), 400, 'invalid_input', 'cursor');
});

test('people and boards are followed and left, and counts tell', async () => {
  const emma = await site.member('emma');
  const board = await emma.board('Followed');
  await bob.expect(204, 'PUT', '/api/users/emma/follow');
  await bob.expect(204, 'PUT', '/api/users/emma/follow');
  await bob.expect(204, 'PUT', `/api/boards/${board.id}/follow`);
  await site.drain();
  const page = await bob.read<PersonView>('/api/users/emma');
  assert.equal(page.followed, true);
  assert.equal(page.counts.followers, 1);
  const seen = await bob.read<BoardView>(`/api/boards/${board.id}`);
  assert.deepEqual([seen.followed, seen.followers], [true, 1]);
  await bob.expect(204, 'DELETE', '/api/users/emma/follow');
  await bob.expect(204, 'DELETE', `/api/boards/${board.id}/follow`);
  await site.drain();
  assert.equal((await bob.read<PersonView>('/api/users/emma')).counts.followers, 0);
});

test('following refuses oneself, strangers, and what is not there', async () => {
  assertRefused(await bob.put('/api/users/bob/follow'), 400, 'invalid_input');
  assertRefused(await site.visitor().put('/api/users/bob/follow'), 401, 'unauthenticated');
  assertRefused(await bob.put('/api/users/nobody-here/follow'), 404, 'not_found');
  const secret = await ada.board('Hidden', { secret: true });
  assertRefused(await bob.put(`/api/boards/${secret.id}/follow`), 404, 'not_found');
});

test('what one follows comes into the following feed, newest first', async () => {
  const [fay, gus] = [await site.member('fay'), await site.member('gus')];
  const board = await gus.board('Works');
  const old = await gus.pin(board.id, await softPicture(30));
  await fay.expect(204, 'PUT', '/api/users/gus/follow');
  await site.drain();
  const recent = await gus.pin(board.id, await softPicture(31));
  await site.drain();
  const feed = await fay.read<Page<PinView>>('/api/feed/following');
  assert.deepEqual(
    feed.items.map(({ id }) => id),
    [recent.id, old.id],
  );
  await fay.expect(204, 'DELETE', '/api/users/gus/follow');
  await site.drain();
  assert.deepEqual((await fay.read<Page<PinView>>('/api/feed/following')).items, []);
  assertRefused(await site.visitor().get('/api/feed/following'), 401, 'unauthenticated');
});
