/** Pins over HTTP. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { encodeId } from '#kernel/ids';
import type { Page } from '#kernel/schema';
import type { BoardView } from '#services/boards/contract';
import type { PinView } from '#services/pins/contract';
import { photo, softPicture } from './support/pictures.ts';
import { type Site, startSite } from './support/site.ts';
import { assertRefused, type Visitor } from './support/visitor.ts';

const absent = encodeId({ shard: 0, type: 1, local: 2 ** 35 });
let site: Site;
let ada: Visitor;
let bob: Visitor;
let board: BoardView;
before(async () => {
  site = await startSite();
  ada = await site.member('ada');
  bob = await site.member('bob');
  board = await ada.board('Pictures');
});
after(() => site.stop());

test('a pin shows its words, its picture with size and colours, its board and its owner', async () => {
  const words = {
    title: 'A bridge',
    description: 'Old stones over water',
    link: 'https://example.org/bridge',
    altText: 'a bridge seen from below',
    tags: ['bridge', 'stone'],
    credit: { author: 'Ada L.', source: 'https://example.org', licence: 'CC BY 4.0' },
  };
  const made = await ada.pin(board.id, await photo('boats'), words);
  const seen = await site.visitor().read<PinView>(`/api/pins/${made.id}`);
  const { title, description, link, altText, tags, credit } = seen;
  assert.deepEqual({ title, description, link, altText, tags, credit }, words);
  assert.deepEqual(seen.board, { id: board.id, name: 'Pictures', secret: false });
  assert.equal(seen.owner.name, 'ada');
  assert.deepEqual([seen.mine, made.mine], [false, true]);
  const { picture } = seen;
  assert.equal(picture.state, 'ready');
  assert.equal(Math.max(picture.width, picture.height), 480);
  assert.match(picture.colour, /^#[0-9a-f]{6}$/);
  assert.ok(picture.palette.length >= 2 && picture.palette.length <= 6);
  assert.ok(Buffer.from(picture.placeholder, 'base64').length >= 5);
});

test('the same bytes are one picture, whoever uploads them', async () => {
  const bytes = await softPicture(1);
  const [first, again, others] = [await ada.upload(bytes), await ada.upload(bytes), await bob.upload(bytes)];
  assert.equal(again.id, first.id);
  assert.equal(others.id, first.id);
});

test("a picture cannot be pinned by guessing the id of somebody's unpinned upload", async () => {
  const media = await ada.upload(await softPicture(2));
  const own = await bob.board('Guesses');
  const answer = await bob.post('/api/pins', { boardId: own.id, mediaId: media.id });
  assert.ok([403, 404].includes(answer.status), `${answer.status}`);
});

test('pins refuse bad words, foreign ids and strangers', async () => {
  const { id: mediaId } = await ada.upload(await softPicture(3));
  const attempt = (more: object) => ada.post('/api/pins', { boardId: board.id, mediaId, ...more });
  assertRefused(await attempt({ title: 'x'.repeat(201) }), 400, 'invalid_input', 'title');
  assertRefused(await attempt({ link: 'javascript:alert(1)' }), 400, 'invalid_input', 'link');
  assertRefused(await attempt({ tags: Array.from({ length: 51 }, () => 't') }), 400, 'invalid_input', 'tags');
  assertRefused(await attempt({ boardId: 'x' }), 400, 'invalid_input', 'boardId');
  assertRefused(await attempt({ mediaId: board.id }), 400, 'invalid_input', 'mediaId');
  assertRefused(await ada.post('/api/pins', { mediaId }), 400, 'invalid_input', 'boardId');
  assertRefused(
    await site.visitor().post('/api/pins', { boardId: board.id, mediaId }),
    401,
    'unauthenticated',
  );
  assertRefused(await ada.get('/api/pins/abc'), 400, 'invalid_input', 'id');
  assertRefused(await ada.get(`/api/pins/${absent}`), 404, 'not_found');
});

test('a pin is changed, moved and removed by its owner only', async () => {
  const pin = await ada.pin(board.id, await softPicture(4), { title: 'Before' });
  assertRefused(await bob.patch(`/api/pins/${pin.id}`, { title: 'Mine now' }), 403, 'forbidden');
  assertRefused(await bob.delete(`/api/pins/${pin.id}`), 403, 'forbidden');
  const other = await ada.board('Elsewhere');
  const moved = await ada.expect<PinView>(200, 'PATCH', `/api/pins/${pin.id}`, {
    title: 'After',
    boardId: other.id,
  });
  assert.deepEqual([moved.title, moved.board.id], ['After', other.id]);
  const onBoard = await bob.read<Page<PinView>>(`/api/boards/${other.id}/pins`);
  assert.deepEqual(
    onBoard.items.map(({ id }) => id),
    [pin.id],
  );
  const bobs = await bob.board('Bobs');
  assert.ok((await ada.patch(`/api/pins/${pin.id}`, { boardId: bobs.id })).status >= 403);
  await ada.expect(204, 'DELETE', `/api/pins/${pin.id}`);
  assertRefused(await ada.get(`/api/pins/${pin.id}`), 404, 'not_found');
  assert.deepEqual((await bob.read<Page<PinView>>(`/api/boards/${other.id}/pins`)).items, []);
});

test("saving another's pin makes one of one's own, with its credit, and counts as a save", async () => {
  const credit = { author: 'Somebody', source: null, licence: 'CC BY-SA 4.0' };
  const pin = await ada.pin(board.id, await softPicture(5), { title: 'Worth keeping', credit });
  const own = await bob.board('Saves');
  const saved = await bob.expect<PinView>(201, 'POST', `/api/pins/${pin.id}/save`, { boardId: own.id });
  assert.notEqual(saved.id, pin.id);
  assert.deepEqual([saved.owner.name, saved.board.id, saved.title], ['bob', own.id, 'Worth keeping']);
  assert.equal(saved.picture.signature, pin.picture.signature);
  assert.deepEqual(saved.credit, credit);
  await site.drain();
  assert.equal((await ada.read<PinView>(`/api/pins/${pin.id}`)).saves, 2);
  assertRefused(await bob.post(`/api/pins/${pin.id}/save`, { boardId: board.id }), 403, 'forbidden');
  assertRefused(
    await site.visitor().post(`/api/pins/${pin.id}/save`, { boardId: own.id }),
    401,
    'unauthenticated',
  );
  assertRefused(await bob.post(`/api/pins/${absent}/save`, { boardId: own.id }), 404, 'not_found');
});

test("a person's pins come newest first in pages that end", async () => {
  const carl = await site.member('carl');
  const own = await carl.board('Many');
  const made: string[] = [];
  for (let n = 50; n < 57; n += 1) made.unshift((await carl.pin(own.id, await softPicture(n))).id);
  const first = await bob.read<Page<PinView>>('/api/users/carl/pins?limit=4');
  const rest = await bob.read<Page<PinView>>(`/api/users/carl/pins?limit=4&cursor=${first.cursor}`);
  assert.deepEqual(
    [...first.items, ...rest.items].map(({ id }) => id),
    made,
  );
  assert.equal(rest.cursor, null);
});

test('the first related pin shows the same thing', async () => {
  const pin = await ada.pin(board.id, await photo('cat'), { title: 'One cat' });
  const like = await ada.pin(board.id, await photo('cat', { variant: 1 }), {
    title: 'The same cat mirrored',
  });
  for (const name of ['mountains', 'airplane', 'flower'] as const) await ada.pin(board.id, await photo(name));
  await site.drain();
  const related = await site.visitor().read<Page<PinView>>(`/api/pins/${pin.id}/related`);
  assert.equal(related.items[0]?.id, like.id);
  assert.ok(!related.items.some(({ id }) => id === pin.id), 'a pin is not related to itself');
  const similar = await site.visitor().read<Page<PinView>>(`/api/pins/${pin.id}/similar?limit=3`);
  assert.ok(similar.items.slice(0, 2).some(({ id }) => id === like.id));
  assertRefused(await ada.get(`/api/pins/${absent}/related`), 404, 'not_found');
});
