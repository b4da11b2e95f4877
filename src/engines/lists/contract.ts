/** What every adapter of the lists port must do. Run by each adapter's test with a place of its own. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import { encodeId, type Id } from '#kernel/ids';
import { anyAction, check, Model, play } from './contract-model.ts';
import type { ListEntry, Lists } from './port.ts';

/** Where the lists of one test are kept. */
export interface ListsPlace {
  /** Opens; again after a close, as the last checkpoint left it. */
  open(): Promise<Lists>;
  remove(): Promise<void>;
}

const id = (local: number, shard = 1): Id => encodeId({ shard, type: 1, local });
const entry = (local: number, score: number): ListEntry => ({ id: id(local), score });

/** Runs the suite; `makePlace` is asked for an empty place before each test. */
export function describeLists(name: string, makePlace: () => Promise<ListsPlace>): void {
  describe(name, () => {
    let place: ListsPlace;
    let lists: Lists;
    beforeEach(async () => {
      place = await makePlace();
      lists = await place.open();
    });
    afterEach(async () => {
      await lists.close();
      await place.remove();
    });
    const push = (list: string, entries: ListEntry[], keep = 100) => lists.push([{ list, entries, keep }]);
    const reopen = async (): Promise<void> => {
      await lists.close();
      lists = await place.open();
    };

    it('orders by score, then by id as a number, the best first', async () => {
      const [small, large] = [id(5, 0), id(5, 65_535)];
      await push('a', [
        entry(1, 5),
        { id: large, score: 7 },
        entry(2, -0.5),
        { id: small, score: 7 },
        entry(3, 5),
      ]);
      const range = await lists.range('a', 10);
      assert.deepEqual(
        range.map((one) => one.id),
        [large, small, id(3), id(1), id(2)],
      );
      assert.deepEqual(
        range.map((one) => one.score),
        [7, 7, 5, 5, -0.5],
      );
    });

    it('holds an id once, at its last score', async () => {
      await push('a', [entry(1, 1), entry(2, 2), entry(1, 3)]);
      await push('a', [entry(2, 0)]);
      assert.deepEqual(await lists.range('a', 10), [entry(1, 3), entry(2, 0)]);
    });

    it('keeps the best of what was there and what is pushed', async () => {
      await push(
        'a',
        [1, 2, 3, 4].map((n) => entry(n, n)),
        3,
      );
      assert.deepEqual(await lists.range('a', 10), [entry(4, 4), entry(3, 3), entry(2, 2)]);
      await push('a', [entry(5, 1), entry(4, 0.5)], 3);
      assert.deepEqual(await lists.range('a', 10), [entry(3, 3), entry(2, 2), entry(5, 1)]);
      await push('a', [], 1);
      assert.equal(await lists.size('a'), 1);
      await push('a', [entry(9, 9)], 0);
      assert.equal(await lists.size('a'), 0);
    });

    it('pages behind an entry, also when that is gone', async () => {
      await push(
        'a',
        Array.from({ length: 20 }, (_, i) => entry(i + 1, Math.floor(i / 4))),
      );
      const all = await lists.range('a', 100);
      const paged: ListEntry[] = [];
      for (
        let page = await lists.range('a', 3);
        page.length > 0;
        page = await lists.range('a', 3, paged.at(-1))
      ) {
        paged.push(...page);
      }
      assert.deepEqual(paged, all);
      await lists.remove('a', [all[9]?.id ?? id(1)]);
      assert.deepEqual(await lists.range('a', 5, all[9]), all.slice(10, 15));
      assert.deepEqual(await lists.range('a', 5, all[19]), []);
    });

    it('unites lists, each id once at its best score', async () => {
      await push('a', [entry(1, 10), entry(2, 1), entry(3, 5)]);
      await push('b', [entry(2, 7), entry(3, 4), entry(4, 7)]);
      const united = await lists.union(['a', 'b', 'none'], 10);
      assert.deepEqual(united, [entry(1, 10), entry(4, 7), entry(2, 7), entry(3, 5)]);
      assert.deepEqual(await lists.union(['a', 'b'], 2), united.slice(0, 2));
      assert.deepEqual(await lists.union([], 5), []);
    });

    it('removes from one list or from all', async () => {
      for (const list of ['a', 'b', 'c']) await push(list, [entry(1, 1), entry(2, 2)]);
      await lists.remove('a', [id(1), id(77)]);
      await lists.remove('none', [id(1)]);
      assert.deepEqual([await lists.size('a'), await lists.size('b')], [1, 2]);
      await lists.removeEverywhere(id(2));
      await lists.removeEverywhere(id(99));
      assert.deepEqual(await lists.range('a', 9), []);
      assert.deepEqual(await lists.range('c', 9), [entry(1, 1)]);
    });

    it('refuses scores that have no order and senseless sizes, changing nothing', async () => {
      await assert.rejects(push('a', [entry(1, 1), entry(2, Number.NaN)]), InvalidInputError);
      await assert.rejects(push('a', [entry(1, Number.POSITIVE_INFINITY)]), InvalidInputError);
      await assert.rejects(push('a', [entry(1, 1)], -1), InvalidInputError);
      assert.equal(await lists.size('a'), 0);
    });

    it('comes back as the last checkpoint left it, with its mark', async () => {
      assert.equal(await lists.mark(), undefined);
      await push(
        'home ü',
        Array.from({ length: 3000 }, (_, i) => entry(i + 1, i / 3)),
        2000,
      );
      await push('b', [entry(2990, 4)]);
      await lists.removeEverywhere(id(2999));
      const [home, b] = [await lists.range('home ü', 5000), await lists.range('b', 10)];
      await lists.checkpoint('offset 1');
      assert.equal(await lists.mark(), 'offset 1');
      await push('b', [entry(5, 99)]);
      await reopen();
      assert.equal(await lists.mark(), 'offset 1');
      assert.deepEqual(await lists.range('home ü', 5000), home);
      assert.deepEqual(await lists.range('b', 10), b);
      await push('b', [entry(6, 5)]);
      assert.deepEqual(await lists.range('b', 1), [entry(6, 5)]);
    });

    it('saves the moment of the checkpoint, whatever changes while it is written', async () => {
      await push(
        'a',
        Array.from({ length: 500 }, (_, i) => entry(i + 1, i)),
        1000,
      );
      await push('b', [entry(1, 1), entry(2, 2)]);
      const before = await lists.range('a', 1000);
      const saved = lists.checkpoint('first');
      await lists.removeEverywhere(id(1));
      await push('a', [entry(9000, 9000), entry(100, -1)], 50);
      await push('new', [entry(9001, 1)]);
      await saved;
      await reopen();
      assert.deepEqual(await lists.range('a', 1000), before);
      assert.deepEqual(await lists.range('b', 10), [entry(2, 2), entry(1, 1)]);
      assert.equal(await lists.size('new'), 0);
    });

    it('saves the last of several checkpoints asked for at once', async () => {
      await push('a', [entry(1, 1)]);
      const first = lists.checkpoint('first');
      await push('a', [entry(2, 2)]);
      await Promise.all([first, lists.checkpoint('second')]);
      await reopen();
      assert.equal(await lists.mark(), 'second');
      assert.equal(await lists.size('a'), 2);
    });

    it('forgets lists and checkpoint when it is cleared', async () => {
      await push('a', [entry(1, 1)]);
      await lists.checkpoint('first');
      await lists.clear();
      assert.equal(await lists.size('a'), 0);
      assert.equal(await lists.mark(), undefined);
      await reopen();
      assert.equal(await lists.size('a'), 0);
      assert.equal(await lists.mark(), undefined);
    });

    it('answers nothing after it is closed, and may be closed twice', async () => {
      await lists.close();
      await lists.close();
      await assert.rejects(push('a', [entry(1, 1)]), UnavailableError);
      await assert.rejects(lists.range('a', 1), UnavailableError);
      await assert.rejects(lists.checkpoint('x'), UnavailableError);
      await assert.rejects(lists.mark(), UnavailableError);
    });

    it('does the same as a simple model, over checkpoints and restarts too', async () => {
      const run = async (actions: Parameters<typeof play>[1][]) => {
        await lists.clear();
        const model = new Model();
        for (const action of actions) {
          await play(lists, action, model);
          if (action.kind === 'restart') await reopen();
          await check(lists, model);
        }
      };
      await fc.assert(fc.asyncProperty(fc.array(anyAction(), { maxLength: 40 }), run), { numRuns: 100 });
    });
  });
}
