/** A secret board's pins appear to nobody else anywhere, from the moment the board is secret. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from '#kernel/schema';
import type { PersonView } from '#services/accounts/contract';
import type { BoardView } from '#services/boards/contract';
import type { PinView } from '#services/pins/contract';
import type { SearchAnswer, Suggestion } from '#services/search/contract';
import { photo } from './support/pictures.ts';
import { type Site, startSite } from './support/site.ts';
import type { Visitor } from './support/visitor.ts';

const word = 'xylophonist';
let site: Site;
let ada: Visitor;
let others: Visitor[];
let board: BoardView;
let hidden: PinView;
let shown: PinView;

before(async () => {
  site = await startSite();
  ada = await site.member('ada');
  others = [site.visitor(), await site.member('bob')];
  board = await ada.board(`The ${word} board`);
  hidden = await ada.pin(board.id, await photo('cat'), { title: `A ${word} plays`, tags: [word] });
  shown = await ada.pin((await ada.board('Open')).id, await photo('cat', { variant: 1 }), {
    title: 'A cat for all',
  });
  await others[1]?.expect(204, 'PUT', '/api/users/ada/follow');
  await site.drain();
});
after(() => site.stop());

/** Every place where the pin might be told of, and whether it is. */
async function traces(visitor: Visitor): Promise<Record<string, boolean>> {
  const has = async (path: string) => {
    const { body } = await visitor.get<Page<PinView>>(path);
    return body.items.some(({ id }) => id === hidden.id);
  };
  const status = async (path: string) => (await visitor.get(path)).status === 200;
  const search = await visitor.read<SearchAnswer>(`/api/search?q=${word}`);
  const suggestions = await visitor.read<{ items: Suggestion[] }>(
    `/api/search/suggest?q=${word.slice(0, 5)}`,
  );
  const upload = await visitor.sendFile<Page<PinView>>('/api/search/picture', await photo('cat'));
  const boards = await visitor.read<Page<BoardView>>('/api/users/ada/boards');
  return {
    'search: pins': search.pins.some(({ id }) => id === hidden.id),
    'search: boards': search.boards.some(({ id }) => id === board.id),
    suggestions: suggestions.items.some(({ text }) => text.includes(word)),
    'suggested pictures': suggestions.items.some(({ signature }) => signature === hidden.picture.signature),
    'search by picture': upload.body.items.some(({ id }) => id === hidden.id),
    home: await has('/api/feed/home?limit=100'),
    related: await has(`/api/pins/${shown.id}/related`),
    similar: await has(`/api/pins/${shown.id}/similar`),
    crop: await has(`/api/pins/${shown.id}/similar?x=0.1&y=0.1&w=0.8&h=0.8`),
    'the pin': await status(`/api/pins/${hidden.id}`),
    'the board': await status(`/api/boards/${board.id}`),
    "the board's pins": await status(`/api/boards/${board.id}/pins`),
    "the person's pins": await has('/api/users/ada/pins'),
    "the person's boards": boards.items.some(({ id }) => id === board.id),
    picture: await status(`/img/${hidden.picture.signature}/236.webp`),
    original: await status(`/img/${hidden.picture.signature}/original.auto`),
    media: await status(`/api/media/${hidden.picture.signature}`),
    'pin page': await pageTells(visitor, `/pin/${hidden.id}`, ofPin),
    'board page': await pageTells(visitor, `/board/${board.id}`, ofPin),
    'person page': await pageTells(visitor, '/@ada/pins', ofPin),
    'search page': await pageTells(visitor, `/search?q=${word}`, ofPin),
    'home page': await pageTells(visitor, '/', ofPin),
    'board page: the board': await pageTells(visitor, `/board/${board.id}`, ofBoard),
    'person page: the board': await pageTells(visitor, '/@ada', ofBoard),
    'search page: the board': await pageTells(visitor, `/search?q=${word}`, ofBoard),
  };
}

/** What tells of the pin, and of its board, in a page. */
const ofPin = () => [`A ${word} plays`, hidden.picture.signature];
const ofBoard = () => [`The ${word} board`, `/board/${board.id}"`];

/** Whether a server-rendered page, its Open Graph tags and data included, has any of these texts. */
async function pageTells(visitor: Visitor, path: string, texts: () => string[]): Promise<boolean> {
  const { body } = await visitor.get<string>(path, { accept: 'text/html' });
  return texts().some((text) => body.includes(text));
}

const told = (found: Record<string, boolean>) => Object.keys(found).filter((place) => found[place]);
const untold = (found: Record<string, boolean>) => Object.keys(found).filter((place) => !found[place]);

async function counts(visitor: Visitor): Promise<PersonView['counts']> {
  return (await visitor.read<PersonView>('/api/users/ada')).counts;
}

test('a public pin is found everywhere by everybody', async () => {
  for (const visitor of others) assert.deepEqual(untold(await traces(visitor)), []);
  const { boards, pins } = await counts(site.visitor());
  assert.deepEqual({ boards, pins }, { boards: 2, pins: 2 });
});

test('it is gone everywhere the moment its board is secret, and stays for its owner', async () => {
  await ada.expect(200, 'PATCH', `/api/boards/${board.id}`, { secret: true });
  const picture = `/img/${hidden.picture.signature}/236.webp`;
  for (const visitor of others) assert.equal((await visitor.get(picture)).status, 404);
  for (const visitor of others) assert.deepEqual(told(await traces(visitor)), []);
  await site.drain();
  for (const visitor of others) {
    assert.deepEqual(told(await traces(visitor)), []);
    const { boards, pins } = await counts(visitor);
    assert.deepEqual({ boards, pins }, { boards: 1, pins: 1 });
  }
  const own = await traces(ada);
  const away = untold(own).filter((place) => !['home', 'home page'].includes(place));
  assert.deepEqual(away, []);
  const { boards, pins } = await counts(ada);
  assert.deepEqual({ boards, pins }, { boards: 2, pins: 2 });
});

test('the following feed of a follower forgets it too', async () => {
  const feed = await others[1]?.read<Page<PinView>>('/api/feed/following');
  assert.deepEqual(
    feed?.items.map(({ id }) => id),
    [shown.id],
  );
});

test('it cannot be saved, followed or searched in by others', async () => {
  const bob = others[1];
  const own = await bob?.board('Mine');
  assert.equal((await bob?.post(`/api/pins/${hidden.id}/save`, { boardId: own?.id }))?.status, 404);
  assert.equal((await bob?.put(`/api/boards/${board.id}/follow`))?.status, 404);
  assert.equal((await bob?.get(`/api/pins/${hidden.id}/related`))?.status, 404);
  assert.equal((await bob?.get(`/api/pins/${hidden.id}/similar`))?.status, 404);
  assert.equal((await bob?.patch(`/api/boards/${board.id}`, { name: 'found' }))?.status, 404);
  assert.equal((await bob?.delete(`/api/pins/${hidden.id}`))?.status, 404);
});

test('whoever is let into the board finds it, from that moment and until the role ends', async () => {
  const bob = others[1];
  assert.ok(bob?.me);
  const role = `/api/boards/${board.id}/roles/${bob.me.id}`;
  await ada.expect(200, 'PUT', role, { role: 'viewer' });
  const picture = `/img/${hidden.picture.signature}/236.webp`;
  const answer = await bob.get(picture);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('cache-control') ?? '', /^private/);
  await site.drain();
  const away = untold(await traces(bob)).filter((place) => !['home', 'home page'].includes(place));
  assert.deepEqual(away, []);
  assert.deepEqual(told(await traces(site.visitor())), []);
  const joined = await bob.read<Page<BoardView>>('/api/me/boards/joined');
  assert.deepEqual(
    joined.items.map(({ id, role: as }) => [id, as]),
    [[board.id, 'viewer']],
  );
  await ada.expect(204, 'DELETE', role);
  assert.deepEqual(told(await traces(bob)), []);
  await site.drain();
  assert.deepEqual(told(await traces(bob)), []);
});

test('it is back everywhere once the board is public again', async () => {
  await ada.expect(200, 'PATCH', `/api/boards/${board.id}`, { secret: false });
  await site.drain();
  for (const visitor of others) assert.deepEqual(untold(await traces(visitor)), []);
});

test('moving a pin to a secret board hides it as well', async () => {
  const vault = await ada.board('Vault', { secret: true });
  await ada.expect(200, 'PATCH', `/api/pins/${hidden.id}`, { boardId: vault.id });
  const ofTheBoard = /board/;
  for (const visitor of others) {
    const found = told(await traces(visitor)).filter((place) => !ofTheBoard.test(place));
    // Its old board, which all may see, has the word in its name.
    assert.deepEqual(found, ['suggestions']);
  }
});
