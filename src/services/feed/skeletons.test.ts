import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidInputError } from '#kernel/errors';
import { encodeId, type Id } from '#kernel/ids';
import type { Candidate } from '#services/recommend/contract';
import { decodePlace, encodePlace } from './cursor.ts';
import { type Grow, Skeleton } from './skeletons.ts';
import { walk } from './walk.ts';

const id = (type: number, local: number) => encodeId({ shard: 1, type, local });
const candidate = (n: number): Candidate => ({
  pinId: id(1, n),
  mediaId: id(4, n),
  boardId: id(2, 1),
  source: 'fresh',
  score: 1,
});

/** Grows by ten unseen pins at a time up to `total`. */
function library(total: number): Grow {
  const all = Array.from({ length: total }, (_, n) => candidate(n + 1));
  return async (seen) => all.filter(({ pinId }) => !seen.pins.has(pinId)).slice(0, 10);
}

const present = async (ids: readonly Id[]) => ids;

test('walking to the end shows every pin once', async () => {
  const skeleton = new Skeleton();
  const shown: Id[] = [];
  let place: number | null = 0;
  while (place !== null) {
    const page: { items: Id[]; next: number | null } = await walk(skeleton, place, 7, library(45), present);
    shown.push(...page.items);
    place = page.next;
  }
  assert.equal(shown.length, 45);
  assert.equal(new Set(shown).size, 45);
});

test('what was empty shows the first pins as soon as there are any', async () => {
  const skeleton = new Skeleton();
  assert.deepEqual(await walk(skeleton, 0, 10, library(0), present), { items: [], next: null });
  const { items } = await walk(skeleton, 0, 10, library(3), present);
  assert.equal(items.length, 3);
});

test('what is hidden is made up for, so pages stay full', async () => {
  const odd = async (ids: readonly Id[]) => ids.filter((one) => BigInt(one) % 2n === 1n);
  const page = await walk(new Skeleton(), 0, 10, library(45), odd);
  assert.equal(page.items.length, 10);
});

test('a library where everything is hidden ends', async () => {
  const page = await walk(new Skeleton(), 0, 10, library(45), async () => []);
  assert.deepEqual(page, { items: [], next: null });
});

test('readers at the same time share the growth and see the same order', async () => {
  const skeleton = new Skeleton();
  let grown = 0;
  const grow: Grow = async (seen, ids) => {
    grown += 1;
    return library(10)(seen, ids);
  };
  const pages = await Promise.all(Array.from({ length: 5 }, () => walk(skeleton, 0, 10, grow, present)));
  assert.equal(grown, 1);
  for (const page of pages) assert.deepEqual(page.items, pages[0]?.items);
});

test('a cursor keeps its place and a forged one is refused', () => {
  assert.deepEqual(decodePlace(encodePlace({ seed: 5, place: 50 })), { seed: 5, place: 50 });
  for (const forged of [
    '',
    'x',
    Buffer.from('[1]').toString('base64url'),
    encodePlace({ seed: 1, place: 1e9 }),
  ]) {
    assert.throws(() => decodePlace(forged), InvalidInputError);
  }
});
