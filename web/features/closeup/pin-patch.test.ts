import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PinView } from '#services/pins/contract';
import { patchOf, tagsOf } from './pin-patch.ts';

const pin = {
  title: 'Pie',
  description: '',
  link: null,
  altText: '',
  tags: ['sweet'],
  board: { id: '7', name: 'Pies', secret: false },
} as unknown as PinView;

function form(words: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries({ title: 'Pie', tags: 'sweet', ...words }))
    data.set(name, value);
  return data;
}

test('only what changed is sent', () => {
  assert.deepEqual(patchOf(pin, form({}), '7'), {});
  assert.deepEqual(patchOf(pin, form({ title: ' Cake ' }), '7'), { title: 'Cake' });
});

test('a link can be taken away, a pin can be moved', () => {
  const linked = { ...pin, link: 'https://example.org' };
  assert.deepEqual(patchOf(linked, form({ link: '' }), '8'), { link: null, boardId: '8' });
});

test('tags are between commas, each once', () => {
  assert.deepEqual(tagsOf(' sweet, sour ,, sweet'), ['sweet', 'sour']);
  assert.deepEqual(tagsOf(''), []);
});
