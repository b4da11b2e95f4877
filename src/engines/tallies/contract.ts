/** What all tallies must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { UnavailableError } from '#kernel/errors';
import type { DayTally, Tallies, TallyEvent } from './port.ts';

const day = 24 * 60 * 60 * 1000;
const all = { from: 0, through: 1_000_000 };

/** Runs the suite on what `open` gives: each time without any counts. */
export function describeTallies(title: string, open: () => Promise<Tallies>): void {
  describe(title, () => {
    let tallies: Tallies;
    let ids = 0;
    beforeEach(async () => {
      tallies = await open();
    });
    afterEach(() => tallies.close());

    const event = (more: Partial<TallyEvent> = {}): TallyEvent => ({
      ...{ id: `event-${ids++}`, at: 20_000 * day, subject: 'pin', group: 'board', kind: 'seen' },
      ...more,
    });
    const plain = (days: readonly DayTally[]) =>
      days.map(({ day, kinds }) => [day, Object.fromEntries(kinds)] as const);

    it('counts by day in UTC and by kind', async () => {
      await tallies.add([event(), event({ at: 20_001 * day - 1 }), event({ kind: 'clicked' })]);
      await tallies.add([event({ at: 20_001 * day })]);
      assert.deepEqual(plain(await tallies.ofSubject('pin', all)), [
        [20_000, { seen: 2, clicked: 1 }],
        [20_001, { seen: 1 }],
      ]);
      assert.deepEqual(await tallies.ofSubject('other', all), []);
    });

    it('counts an event once, in one call or over many', async () => {
      const [one, other] = [event(), event()];
      assert.equal(await tallies.add([one, one, other]), 2);
      assert.equal(await tallies.add([other, one]), 0);
      assert.equal(await tallies.add([]), 0);
      assert.deepEqual(plain(await tallies.ofSubject('pin', all)), [[20_000, { seen: 2 }]]);
    });

    it('still knows an event that comes again a week later', async () => {
      const one = event();
      await tallies.add([one]);
      await tallies.add([event({ at: 20_007 * day })]);
      assert.equal(await tallies.add([one]), 0);
    });

    it('answers the days asked for only, both ends among them', async () => {
      for (const at of [1, 2, 3, 4]) await tallies.add([event({ at: at * day })]);
      const days = await tallies.ofSubject('pin', { from: 2, through: 3 });
      assert.deepEqual(
        days.map(({ day }) => day),
        [2, 3],
      );
    });

    it('adds up the subjects of groups, where they were at the time', async () => {
      await tallies.add([
        event({ subject: 'a' }),
        event({ subject: 'b' }),
        event({ subject: 'c', group: 'other' }),
      ]);
      await tallies.add([event({ subject: 'a', group: 'other' }), event({ group: '' })]);
      assert.deepEqual(plain(await tallies.ofGroups(['board'], all)), [[20_000, { seen: 2 }]]);
      assert.deepEqual(plain(await tallies.ofGroups(['board', 'other'], all)), [[20_000, { seen: 4 }]]);
      assert.deepEqual(plain(await tallies.ofSubject('a', all)), [[20_000, { seen: 2 }]]);
      assert.deepEqual(await tallies.ofGroups([], all), []);
    });

    it('names the subjects of groups to which something happened most often, with all that did', async () => {
      const times = (subject: string, count: number, more: Partial<TallyEvent> = {}) =>
        Array.from({ length: count }, () => event({ subject, ...more }));
      await tallies.add([
        ...times('a', 2),
        ...times('b', 5),
        ...times('c', 2),
        ...times('d', 9, { group: 'x' }),
      ]);
      await tallies.add([...times('b', 1, { kind: 'clicked' }), ...times('a', 3, { at: day })]);
      const top = await tallies.top(['board'], 'seen', { from: 20_000, through: 20_000 }, 2);
      assert.deepEqual(
        top.map(({ subject, kinds }) => [subject, Object.fromEntries(kinds)]),
        [
          ['b', { clicked: 1, seen: 5 }],
          ['a', { seen: 2 }],
        ],
      );
    });

    it('forgets everything when cleared, events too', async () => {
      const one = event();
      await tallies.add([one]);
      await tallies.clear();
      assert.deepEqual(await tallies.ofSubject('pin', all), []);
      assert.equal(await tallies.add([one]), 1);
    });

    it('agrees with a plain count under any repetition and order', async () => {
      const numbers = fc.array(fc.nat(60), { maxLength: 120 });
      await fc.assert(
        fc.asyncProperty(fc.array(numbers, { maxLength: 6 }), async (batches) => {
          await tallies.clear();
          const made = (n: number) => event({ id: `n${n}`, subject: `s${n % 3}`, at: (n % 5) * day });
          for (const batch of batches) await tallies.add(batch.map(made));
          const distinct = [...new Set(batches.flat())];
          for (const subject of ['s0', 's1', 's2']) {
            const days = await tallies.ofSubject(subject, all);
            const counted = days.reduce((sum, { kinds }) => sum + (kinds.get('seen') ?? 0), 0);
            assert.equal(counted, distinct.filter((n) => `s${n % 3}` === subject).length);
          }
        }),
        { numRuns: 30 },
      );
    });

    it('refuses what comes after it is closed', async () => {
      await tallies.close();
      await assert.rejects(tallies.add([event()]), UnavailableError);
      await assert.rejects(tallies.ofSubject('pin', all), UnavailableError);
    });
  });
}
