/** What every adapter of the counters port must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UnavailableError } from '#kernel/errors';
import type { CountedEvent, Counters } from './port.ts';

const event = (sequence: number, counter: string, by: number, source = 's'): CountedEvent => ({
  source,
  sequence,
  deltas: [{ counter, by }],
});

/** Runs the suite on what `open` gives: opened again on the same path it holds what it held. */
export function describeCounters(name: string, open: (path: 'first' | 'second') => Promise<Counters>): void {
  describe(name, () => {
    const valuesOf = async (counters: Counters, ...names: string[]) => {
      const found = await counters.getMany(names);
      return names.map((one) => found.get(one));
    };

    it('adds up deltas and answers 0 for what was never counted', async () => {
      const counters = await open('first');
      await counters.clear();
      await counters.apply([event(1, 'a', 2), event(2, 'a', -5), event(3, 'b', 1)]);
      assert.deepEqual(await valuesOf(counters, 'a', 'b', 'c'), [-3, 1, 0]);
      await counters.close();
    });

    it('counts an event once, whatever comes again, and each source for itself', async () => {
      const counters = await open('first');
      await counters.clear();
      const events = [event(1, 'a', 1), event(2, 'a', 1), event(1, 'a', 10, 'other')];
      await counters.apply(events);
      await counters.apply(events);
      await counters.apply([event(2, 'a', 100), event(3, 'a', 1)]);
      assert.deepEqual(await valuesOf(counters, 'a'), [13]);
      await counters.close();
    });

    it('remembers values and sequences when opened again', async () => {
      const before = await open('second');
      await before.apply([event(7, 'kept', 3)]);
      await before.close();
      const after = await open('second');
      await after.apply([event(7, 'kept', 3), event(8, 'kept', 1)]);
      assert.deepEqual(await valuesOf(after, 'kept'), [4]);
      await after.close();
    });

    it('gives the highest under a prefix, and prefixes are plain text', async () => {
      const counters = await open('first');
      await counters.clear();
      const deltas = Object.entries({ 'x:1': 1, 'x:2': 9, 'x:3': 9, 'y:1': 99, 'x%': 5 });
      await counters.apply([
        { source: 't', sequence: 1, deltas: deltas.map(([counter, by]) => ({ counter, by })) },
      ]);
      assert.deepEqual(await counters.top('x:', 2), [
        { counter: 'x:2', value: 9 },
        { counter: 'x:3', value: 9 },
      ]);
      assert.deepEqual(await counters.top('x%', 9), [{ counter: 'x%', value: 5 }]);
      await counters.close();
    });

    it('forgets everything, sequences too, when cleared', async () => {
      const counters = await open('first');
      await counters.clear();
      await counters.apply([event(5, 'a', 1)]);
      await counters.clear();
      await counters.apply([event(1, 'a', 4)]);
      assert.deepEqual(await valuesOf(counters, 'a'), [4]);
      await counters.close();
    });

    it('refuses work after close', async () => {
      const counters = await open('first');
      await counters.close();
      await assert.rejects(counters.getMany(['a']), UnavailableError);
      await assert.rejects(counters.apply([event(1, 'a', 1)]), UnavailableError);
    });
  });
}
