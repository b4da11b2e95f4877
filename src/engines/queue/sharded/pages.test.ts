import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidInputError } from '#kernel/errors';
import type { Job, JobsFound } from '../port.ts';
import { end, marksIn, onePage } from './pages.ts';

/** A job that is as old as its id says. */
const jobAt = (id: number): Job => ({
  id: String(id),
  name: 'n',
  payload: {},
  priority: 0,
  state: 'pending',
  attempts: 1,
  attemptsLeft: 1,
  runAfter: 0,
  createdAt: id,
  updatedAt: 0,
  error: null,
  result: null,
});
const page = (ids: readonly number[], next: number | null): JobsFound => ({
  items: ids.map(jobAt),
  next: next === null ? null : String(next),
});
const idsIn = ({ items }: JobsFound): number[] => items.map(({ id }) => Number(id));
const marksAfter = ({ next }: JobsFound) => Object.fromEntries(marksIn(next ?? undefined));

describe('one page of several shards', () => {
  it('is the newest of all, and its cursor says how far each was read', () => {
    const pages = new Map([
      [0, page([9, 4, 1], null)],
      [3, page([8, 7], null)],
    ]);
    const first = onePage(pages, new Map(), 3);
    assert.deepEqual(idsIn(first), [9, 8, 7]);
    assert.deepEqual(marksAfter(first), { 0: '9', 3: end });
  });

  it('ends where a shard must be read on before anybody knows what comes next', () => {
    const pages = new Map([
      [0, page([9, 4], 4)],
      [1, page([8, 3, 2], null)],
    ]);
    const first = onePage(pages, new Map(), 100);
    assert.deepEqual(idsIn(first), [9, 8, 4]);
    assert.deepEqual(marksAfter(first), { 0: '4', 1: '8' });
  });

  it('goes on though a shard has found nothing in what it looked at', () => {
    const pages = new Map([
      [0, page([], 500)],
      [1, page([8], null)],
    ]);
    const first = onePage(pages, new Map([[1, '9']]), 100);
    assert.deepEqual(idsIn(first), []);
    assert.deepEqual(marksAfter(first), { 0: '500', 1: '9' });
  });

  it('is the last when each shard that answers is read to its end, whatever others may hold', () => {
    const marks = new Map([[7, '55']]);
    const last = onePage(new Map([[0, page([2, 1], null)]]), marks, 100);
    assert.deepEqual(idsIn(last), [2, 1]);
    assert.equal(last.next, null);
    const more = onePage(new Map([[0, page([2, 1], null)]]), marks, 1);
    assert.deepEqual(marksAfter(more), { 0: '2', 7: '55' });
  });

  it('begins at cursors that it gave, and at no others', () => {
    for (const wrong of ['x', 'W10x', Buffer.from('[[0]]').toString('base64url')])
      assert.throws(() => marksIn(wrong), InvalidInputError);
    assert.equal(marksIn(undefined).size, 0);
  });
});
