import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeId } from '#kernel/ids';
import type { Candidate, CandidateSource } from './contract.ts';
import { diversify } from './diversify.ts';
import { rank } from './rank.ts';

const id = (type: number, local: number) => encodeId({ shard: 1, type, local });
const nothing = { pins: new Set<never>(), media: new Set<never>() };

function candidate(n: number, source: CandidateSource, score: number, board = 1): Candidate {
  return { pinId: id(1, n), mediaId: id(4, n), boardId: id(2, board), source, score };
}

test('a picture that two sources agree on comes before its equals, and comes once', () => {
  const found = [candidate(1, 'fresh', 0.8), candidate(2, 'fresh', 0.8), candidate(2, 'popular', 0.8)];
  const ranked = rank(found, { fresh: 0.5, popular: 0.5 }, { seed: 1, chance: 0, seen: nothing });
  assert.deepEqual(
    ranked.map(({ candidate: { pinId } }) => pinId),
    [id(1, 2), id(1, 1)],
  );
});

test('what was seen does not come again, by pin or by picture', () => {
  const found = [candidate(1, 'fresh', 1), candidate(2, 'fresh', 0.9), candidate(3, 'fresh', 0.8)];
  const seen = { pins: new Set([id(1, 1)]), media: new Set([id(4, 2)]) };
  const ranked = rank(found, { fresh: 1 }, { seed: 1, chance: 0, seen });
  assert.deepEqual(
    ranked.map(({ candidate: { pinId } }) => pinId),
    [id(1, 3)],
  );
});

test('the same seed gives the same order, another seed another', () => {
  const found = Array.from({ length: 50 }, (_, n) => candidate(n + 1, 'fresh', 0.5));
  const order = (seed: number) =>
    rank(found, { fresh: 1 }, { seed, chance: 0.3, seen: nothing }).map(({ candidate: { pinId } }) => pinId);
  assert.deepEqual(order(7), order(7));
  assert.notDeepEqual(order(7), order(8));
});

test('pins of one board are spread out while others are nearly as good', () => {
  const found = [
    ...Array.from({ length: 10 }, (_, n) => candidate(n + 1, 'fresh', 1 - n / 1000, 1)),
    ...Array.from({ length: 10 }, (_, n) => candidate(n + 101, 'fresh', 0.95 - n / 1000, 2)),
  ];
  const ranked = rank(found, { fresh: 1 }, { seed: 1, chance: 0, seen: nothing });
  const boards = diversify(ranked, 20).map(({ candidate: { boardId } }) => boardId);
  const first = boards.slice(0, 10).filter((board) => board === id(2, 1)).length;
  assert.ok(first >= 4 && first <= 6, `${first} of the first ten`);
  assert.equal(boards.length, 20);
});
