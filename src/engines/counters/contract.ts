/** What all counters must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import type { CountedEvent, Counters } from './port.ts';

const event = (sequence: number, deltas: Record<string, number>, source = 's'): CountedEvent => ({
  source,
  sequence,
  deltas: Object.entries(deltas).map(([counter, by]) => ({ counter, by })),
});

/** Runs the suite on what `open` gives: each time without any counts. */
export function describeCounters(title: string, open: () => Promise<Counters>): void {
  describe(title, () => {
    let counters: Counters;
    beforeEach(async () => {
      counters = await open();
    });
    afterEach(() => counters.close());

    const values = async (...names: string[]): Promise<number[]> => {
      const found = await counters.getMany(names);
      return names.map((name) => found.get(name) ?? Number.NaN);
    };

    it('counts up and down, and says 0 of what was never counted', async () => {
      await counters.apply([event(1, { a: 2, b: 1 }), event(2, { a: -1 }), event(3, { a: 5 })]);
      await counters.apply([event(4, { b: -3 })]);
      assert.deepEqual(await values('a', 'b', 'c'), [6, -2, 0]);
      assert.deepEqual([...(await counters.getMany([]))], []);
    });

    it('settles what was applied, again and again', async () => {
      await counters.settle();
      await counters.apply([event(1, { a: 1 })]);
      await Promise.all([counters.settle(), counters.apply([event(2, { a: 1 })])]);
      await counters.settle();
      assert.deepEqual(await values('a'), [2]);
    });

    it('adds up several deltas of one event to one counter', async () => {
      const deltas = [
        { counter: 'a', by: 1 },
        { counter: 'a', by: 1 },
      ];
      await counters.apply([{ source: 's', sequence: 1, deltas }]);
      assert.deepEqual(await values('a'), [2]);
    });

    it('counts each event once, in one call or over many', async () => {
      await counters.apply([event(5, { a: 1 }), event(5, { a: 1 }), event(4, { a: 1 })]);
      await counters.apply([event(5, { a: 1 }), event(6, { a: 1 })]);
      await counters.apply([event(6, { a: 1 })]);
      assert.deepEqual(await values('a'), [2]);
    });

    it('keeps the sequences of each source apart', async () => {
      await counters.apply([event(9, { a: 1 }, 'x'), event(1, { a: 1 }, 'y'), event(0, { a: 1 }, 'z')]);
      await counters.apply([event(9, { a: 1 }, 'x'), event(2, { a: 1 }, 'y'), event(1, { a: 1 }, 'z')]);
      assert.deepEqual(await values('a'), [5]);
    });

    it('tells those who watch a counter when it changes', async () => {
      await counters.apply([event(1, { a: 1, b: 1 })]);
      const [a, both] = [counters.watch(['a']), counters.watch(['a', 'b'])];
      assert.deepEqual([a(), both()], [true, true]);
      await counters.apply([event(2, { b: 1 })]);
      assert.equal(both(), false);
      assert.deepEqual(await values('b'), [2]);
      await counters.clear();
      assert.equal(a(), false);
    });

    it('takes calls at the same time', async () => {
      const calls = Array.from({ length: 40 }, (_, i) => counters.apply([event(1, { a: 1, b: i }, `s${i}`)]));
      await Promise.all(calls);
      assert.deepEqual(await values('a', 'b'), [40, 780]);
    });

    it('comes to the same whatever the batches and however often they are repeated', async () => {
      const streams = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -3, max: 3 })), {
        maxLength: 30,
      });
      await fc.assert(
        fc.asyncProperty(streams, fc.array(fc.nat(30), { maxLength: 8 }), async (stream, cuts) => {
          await counters.clear();
          const events = stream.map(([counter, by], i) => event(i, { [counter]: by }));
          for (const cut of cuts) await counters.apply(events.slice(0, cut));
          await counters.apply(events);
          for (const name of ['a', 'b', 'c']) {
            const expected = stream.reduce((sum, [counter, by]) => sum + (counter === name ? by : 0), 0);
            assert.deepEqual(await values(name), [expected]);
          }
        }),
        { numRuns: 30 },
      );
    });

    it('lists the highest under a prefix, by value, then by name', async () => {
      await counters.apply([
        event(1, {
          'saves:1': 3,
          'saves:2': 9,
          'saves:3': 3,
          'saves:4': -1,
          'save:x': 99,
          'savez:y': 99,
          other: 50,
        }),
      ]);
      const names = async (prefix: string, limit: number): Promise<string[]> =>
        (await counters.top(prefix, limit)).map(({ counter }) => counter);
      assert.deepEqual(await counters.top('saves:', 2), [
        { counter: 'saves:2', value: 9 },
        { counter: 'saves:1', value: 3 },
      ]);
      assert.deepEqual(await names('saves:', 10), ['saves:2', 'saves:1', 'saves:3', 'saves:4']);
      assert.deepEqual(await names('save', 3), ['save:x', 'savez:y', 'saves:2']);
      assert.deepEqual(await names('saves:2', 3), ['saves:2']);
      assert.equal((await names('', 100)).length, 7);
      assert.deepEqual(await names('nothing', 3), []);
    });

    it('forgets everything when cleared, sequences too', async () => {
      await counters.apply([event(7, { a: 1 })]);
      await counters.clear();
      assert.deepEqual(await values('a'), [0]);
      await counters.apply([event(1, { a: 1 })]);
      assert.deepEqual(await values('a'), [1]);
    });

    it('refuses parts of a whole, and counts nothing of that call', async () => {
      await assert.rejects(counters.apply([event(1, { a: 1 }), event(2, { a: 0.5 })]), InvalidInputError);
      await assert.rejects(counters.apply([event(Number.NaN, { a: 1 })]), InvalidInputError);
      assert.deepEqual(await values('a'), [0]);
    });

    it('refuses to count after it is closed, and may be closed twice', async () => {
      const asked = counters.apply([event(1, { a: 1 })]);
      await counters.close();
      await asked;
      await counters.close();
      await assert.rejects(counters.apply([event(2, { a: 1 })]), UnavailableError);
      await assert.rejects(counters.getMany(['a']), UnavailableError);
      await assert.rejects(counters.top('a', 1), UnavailableError);
    });
  });
}
