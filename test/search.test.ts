/** Search over HTTP: by words, by an upload, by a part of a pin. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { system } from '#kernel/actor';
import type { Page } from '#kernel/schema';
import type { BoardView } from '#services/boards/contract';
import type { PinView } from '#services/pins/contract';
import type { SearchAnswer, Suggestion } from '#services/search/contract';
import { type PhotoName, photo, sideBySide, softPicture } from './support/pictures.ts';
import { type Site, startSite } from './support/site.ts';
import { assertRefused, type Visitor } from './support/visitor.ts';

const words: Partial<Record<PhotoName, { title: string; description: string; tags: string[] }>> = {
  boats: { title: 'Boats at Nagasaki', description: 'A harbour long ago', tags: ['harbour', 'japan'] },
  mountains: { title: 'French alps', description: 'Snow above the valley', tags: ['mountains'] },
  cat: { title: 'A walking cat', description: 'Studies of locomotion', tags: ['animals', 'motion'] },
  flower: { title: 'Allium oreophilum', description: 'A pink onion flower', tags: ['flowers'] },
  plant: { title: 'Acanthus mollis', description: 'Leaves of stone capitals', tags: ['flowers', 'leaves'] },
};
const pins = new Map<string, PinView>();
let site: Site;
let ada: Visitor;
let board: BoardView;
before(async () => {
  site = await startSite();
  ada = await site.member('ada');
  board = await ada.board('Curiosities', { description: 'gathered on journeys' });
  for (const [name, text] of Object.entries(words)) {
    pins.set(name, await ada.pin(board.id, await photo(name as PhotoName), text));
  }
  await site.drain();
});
after(() => site.stop());

const search = (q: string, more = '') =>
  site.visitor().read<SearchAnswer>(`/api/search?q=${encodeURIComponent(q)}${more}`);
const ids = (found: readonly PinView[]) => found.map(({ id }) => id);
const idOf = (name: string) => pins.get(name)?.id;

test('words are found in title, description, tags, and forgiven their endings', async () => {
  assert.equal((await search('nagasaki')).pins[0]?.id, idOf('boats'));
  assert.equal((await search('snow valley')).pins[0]?.id, idOf('mountains'));
  assert.deepEqual(new Set(ids((await search('flowers')).pins)), new Set([idOf('flower'), idOf('plant')]));
  assert.equal((await search('boat')).pins[0]?.id, idOf('boats'));
});

test('a title counts for more than a description', async () => {
  const titled = await ada.pin(board.id, await softPicture(1), { title: 'Locomotion' });
  await site.drain();
  assert.deepEqual(ids((await search('locomotion')).pins), [titled.id, idOf('cat')]);
});

test('the beginning of a word is enough, and a slip is mended', async () => {
  assert.equal((await search('naga')).pins[0]?.id, idOf('boats'));
  const mended = await search('nagaski');
  assert.equal(mended.pins[0]?.id, idOf('boats'));
  assert.equal(mended.corrected, 'nagasaki');
  assert.equal((await search('nagasaki')).corrected, null);
});

test('boards and people are found beside pins', async () => {
  assert.deepEqual(
    (await search('curiosities')).boards.map(({ id }) => id),
    [board.id],
  );
  assert.deepEqual(
    (await search('ada')).people.map(({ name }) => name),
    ['ada'],
  );
});

test('what is nowhere finds nothing, and odd queries do no harm', async () => {
  assert.deepEqual((await search('quixotic')).pins, []);
  for (const odd of ['"', "' OR 1=1 --", 'a AND', '*', '(', 'NEAR(', '😀', 'title:x', '-cat', '^', ' ']) {
    const answer = await ada.get(`/api/search?q=${encodeURIComponent(odd)}`);
    assert.ok([200, 400].includes(answer.status), `${odd}: ${answer.status}`);
  }
});

test('a search without words, with too many, or with a bad page is refused', async () => {
  assertRefused(await ada.get('/api/search'), 400, 'invalid_input', 'q');
  assertRefused(await ada.get('/api/search?q='), 400, 'invalid_input', 'q');
  assertRefused(await ada.get(`/api/search?q=${'x'.repeat(201)}`), 400, 'invalid_input', 'q');
  assertRefused(await ada.get('/api/search?q=cat&limit=0'), 400, 'invalid_input', 'limit');
  assertRefused(await ada.get('/api/search?q=cat&cursor=zzz'), 400, 'invalid_input', 'cursor');
  assertRefused(await ada.get('/api/search/suggest'), 400, 'invalid_input', 'q');
});

test('found pins come in pages without repeats', async () => {
  const many = await ada.board('Many');
  const made: string[] = [];
  for (let n = 200; n < 212; n += 1)
    made.push((await ada.pin(many.id, await softPicture(n), { title: `Zeppelin ${n}` })).id);
  await site.drain();
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: SearchAnswer = await search(
      'zeppelin',
      `&limit=5${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    seen.push(...ids(page.pins));
    cursor = page.cursor;
  }
  assert.deepEqual([...seen].sort(), [...made].sort());
});

test('suggestions complete what is typed and show a picture', async () => {
  const { items } = await site.visitor().read<{ items: Suggestion[] }>('/api/search/suggest?q=naga&limit=5');
  assert.ok(items.length >= 1 && items.length <= 5);
  assert.match(items[0]?.text ?? '', /^naga/i);
  assert.ok(items.some(({ signature }) => signature === pins.get('boats')?.picture.signature));
});

test('an uploaded photo finds itself first and keeps nothing of the upload', async () => {
  const answer = await site
    .visitor()
    .sendFile<Page<PinView>>('/api/search/picture?limit=3', await photo('boats', { variant: 1 }));
  assert.equal(answer.status, 200);
  assert.equal(answer.body.items[0]?.id, idOf('boats'));
  assert.ok(answer.body.items.length <= 3);
  let stored = 0;
  for await (const batch of site.app.services.store.scan(system, 'media')) stored += batch.length;
  await site.visitor().sendFile('/api/search/picture', await photo('house'));
  let after = 0;
  for await (const batch of site.app.services.store.scan(system, 'media')) after += batch.length;
  assert.equal(after, stored);
});

test('a part of a picture finds what that part shows', async () => {
  const pair = await ada.pin(board.id, await sideBySide('boats', 'flower'));
  await site.drain();
  const like = async (box: string) => {
    const page = await site.visitor().read<Page<PinView>>(`/api/pins/${pair.id}/similar?${box}&limit=10`);
    return ids(page.items.filter(({ id }) => id !== pair.id));
  };
  const [left, right] = [await like('x=0&y=0&w=0.5&h=1'), await like('x=0.5&y=0&w=0.5&h=1')];
  assert.equal(left[0], idOf('boats'));
  assert.equal(right[0], idOf('flower'));
});

test('a crop that is half given, too small or outside the picture is refused', async () => {
  const path = `/api/pins/${idOf('boats')}/similar`;
  assertRefused(await ada.get(`${path}?x=0&y=0`), 400, 'invalid_input');
  assertRefused(await ada.get(`${path}?x=0.9&y=0&w=0.5&h=0.5`), 400, 'invalid_input');
  assertRefused(await ada.get(`${path}?x=0&y=0&w=0.001&h=0.5`), 400, 'invalid_input');
  assertRefused(await ada.get(`${path}?x=a&y=0&w=1&h=1`), 400, 'invalid_input', 'x');
});
