import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SentPages } from './pages.ts';
import { Skeleton } from './skeletons.ts';

const body = Buffer.alloc(1_000);
const always = () => true;

test('a page is answered for as long as it holds, from the skeleton that it came from', () => {
  const pages = new SentPages(100_000);
  const skeleton = new Skeleton();
  let holds = true;
  pages.keep('a', { skeleton, body, unchanged: () => holds });
  assert.equal(pages.get('a', skeleton), body);
  assert.equal(pages.get('a', new Skeleton()), undefined);
  assert.equal(pages.get('b', skeleton), undefined);
  holds = false;
  assert.equal(pages.get('a', skeleton), undefined);
});

test('memory is bounded, and a page too large for all of it is not kept', () => {
  const pages = new SentPages(10_000);
  const skeleton = new Skeleton();
  for (const name of 'abcdefgh') pages.keep(name, { skeleton, body, unchanged: always });
  assert.equal([...'abcdefgh'].filter((name) => pages.get(name, skeleton)).length, 5);
  pages.keep('z', { skeleton, body: Buffer.alloc(20_000), unchanged: always });
  assert.equal(pages.get('z', skeleton), undefined);
});
