import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PinView } from '#services/pins/contract';
import type { Api } from './api.ts';
import { withQuery } from './api.ts';
import { endlessPins, pinsOf, uniqueById } from './pages.ts';

const pin = (id: string) => ({ id }) as PinView;

test('a list goes on at the cursor of its last page, and ends without one', async () => {
  const asked: string[] = [];
  const api = {
    get: (path: string) => {
      asked.push(path);
      return Promise.resolve({ items: [], cursor: null });
    },
    send: () => Promise.reject(new Error('not asked for')),
  } as Api;
  const options = endlessPins(['x'], api, '/api/feed/home', 20);
  const context = { pageParam: 'abc', signal: new AbortController().signal };
  assert.ok(typeof options.queryFn === 'function');
  await options.queryFn(context as Parameters<typeof options.queryFn>[0]);
  assert.deepEqual(asked, ['/api/feed/home?cursor=abc&limit=20']);
  const next = (cursor: string | null) => options.getNextPageParam({ items: [], cursor }, [], null, []);
  assert.equal(next('more'), 'more');
  assert.equal(next(null), null);
});

test('a pin that comes twice is shown once, where it came first', () => {
  const page = (...ids: string[]) => ({ items: ids.map(pin), cursor: null });
  const data = { pages: [page('1', '2'), page('2', '3', '1')], pageParams: [] };
  assert.deepEqual(
    pinsOf(data).map(({ id }) => id),
    ['1', '2', '3'],
  );
  assert.deepEqual(pinsOf(undefined), []);
  assert.deepEqual(uniqueById([{ id: 'a' }, { id: 'a' }]), [{ id: 'a' }]);
});

test('empty parts of a query are left out', () => {
  assert.equal(withQuery('/api/x', { q: 'a b&c', cursor: null, n: 0, e: '' }), '/api/x?q=a+b%26c&n=0');
  assert.equal(withQuery('/api/x', { cursor: undefined }), '/api/x');
});
