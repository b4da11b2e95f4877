/** What every event log must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ManualClock } from '#kernel/clock';
import { InvalidInputError, TooLargeError, UnavailableError } from '#kernel/errors';
import { type LogUnderTest, numbered, numbers, type OpenLog, readAll } from './contract-bed.ts';
import { groupCases } from './contract-groups.ts';
import { keepingCases } from './contract-keeping.ts';
import type { EventLog } from './port.ts';

/** Runs the suite on what `open` gives: each time an empty log on the given clock. */
export function describeEventLog(title: string, open: OpenLog): void {
  describe(title, () => {
    let clock: ManualClock;
    let made: LogUnderTest;
    let log: EventLog;
    beforeEach(async () => {
      clock = new ManualClock();
      made = await open(clock);
      log = made.log;
    });
    afterEach(() => log.close());

    it('gives back events as they were appended', async () => {
      const value = { text: 'ünï "quoted" \n 🦀', list: [1.5, null, true, { deep: [] }] };
      const [position] = await log.append('changes', [{ key: 'ключ', value }]);
      assert.ok(position);
      const { partition, offset } = position;
      assert.deepEqual(await log.read('changes', partition, offset, 10), [
        { topic: 'changes', partition, offset, at: clock.now(), key: 'ключ', value },
      ]);
    });

    it('keeps events of one key in one partition, in order, with offsets up by one', async () => {
      for (const batch of [numbered(50), numbered(1), numbered(30)]) await log.append('changes', batch);
      const partitions = new Map<string, Set<number>>();
      for (const { key, partition } of await readAll(log, 'changes', 7)) {
        partitions.set(key, (partitions.get(key) ?? new Set()).add(partition));
      }
      assert.deepEqual(
        [...partitions.values()].map((set) => set.size),
        Array.from({ length: 7 }, () => 1),
      );
      for (let partition = 0; partition < log.partitions; partition++) {
        const events = await log.read('changes', partition, 0, 1000);
        assert.deepEqual(
          events.map(({ offset }) => offset),
          events.map((_, i) => i),
        );
        assert.equal(await log.end('changes', partition), events.length);
      }
    });

    it('answers the position of each event in the order of the call', async () => {
      const events = numbered(40);
      const positions = await log.append('changes', events);
      for (const [i, { partition, offset }] of positions.entries()) {
        const [event] = await log.read('changes', partition, offset, 1);
        assert.deepEqual(event?.value, { n: i });
      }
      assert.deepEqual(await log.append('changes', []), []);
    });

    it('spreads keys over all partitions', async () => {
      const positions = await log.append(
        'changes',
        numbered(500, (i) => `pin-${i}`),
      );
      const used = new Set(positions.map(({ partition }) => partition));
      assert.equal(used.size, log.partitions);
    });

    it('takes appends at the same time, each whole and in its order', async () => {
      const batches = Array.from({ length: 50 }, (_, b) =>
        Array.from({ length: 20 }, (_, i) => ({ key: 'one', value: { n: b * 20 + i } })),
      );
      const positions = await Promise.all(batches.map((batch) => log.append('changes', batch)));
      for (const batch of positions) {
        const first = batch[0]?.offset ?? 0;
        assert.deepEqual(
          batch.map(({ offset }) => offset),
          batch.map((_, i) => first + i),
        );
      }
      assert.deepEqual(
        numbers(await readAll(log, 'changes')),
        Array.from({ length: 1000 }, (_, i) => i),
      );
    });

    it('reads as many as asked, fewer only at the end, none past it', async () => {
      const [{ partition } = { partition: 0 }] = await log.append(
        'changes',
        numbered(25, () => 'one'),
      );
      const read = async (offset: number, limit: number): Promise<number[]> =>
        numbers(await log.read('changes', partition, offset, limit));
      assert.deepEqual(await read(0, 3), [0, 1, 2]);
      assert.deepEqual(await read(20, 3), [20, 21, 22]);
      assert.deepEqual(await read(23, 10), [23, 24]);
      assert.deepEqual(await read(25, 10), []);
      assert.deepEqual(await read(1000, 10), []);
    });

    it('keeps topics apart, and knows nothing of one that was never written', async () => {
      await log.append('changes', numbered(3));
      await log.append('parked', numbered(2));
      assert.equal((await readAll(log, 'changes')).length, 3);
      assert.equal((await readAll(log, 'parked')).length, 2);
      assert.deepEqual(await log.read('unknown', 0, 0, 10), []);
      assert.equal(await log.end('unknown', 0), 0);
    });

    it('remembers the offsets of each group', async () => {
      assert.equal(await log.committed('text', 'changes', 1), 0);
      await log.commit('text', 'changes', 1, 7);
      await Promise.all([8, 9, 10].map((offset) => log.commit('text', 'changes', 1, offset)));
      await log.commit('text', 'changes', 2, 5);
      await log.commit('counters', 'changes', 1, 3);
      await log.commit('text', 'parked', 1, 1);
      log = await made.reopen();
      assert.equal(await log.committed('text', 'changes', 1), 10);
      assert.equal(await log.committed('text', 'changes', 2), 5);
      assert.equal(await log.committed('counters', 'changes', 1), 3);
      await log.commit('text', 'changes', 1, 0);
      assert.equal(await log.committed('text', 'changes', 1), 0);
    });

    it('gives all events again after reopening, and goes on from there', async () => {
      await log.append('changes', numbered(300));
      const before = await readAll(log, 'changes');
      log = await made.reopen();
      assert.deepEqual(await readAll(log, 'changes'), before);
      await log.append('changes', [{ key: 'key-1', value: { n: 300 } }]);
      log = await made.reopen();
      assert.deepEqual(
        numbers(await readAll(log, 'changes', 13)),
        Array.from({ length: 301 }, (_, i) => i),
      );
    });

    it('stores events of very different sizes', async () => {
      const sizes = [0, 1, 300_000, 10, 2_000_000, 65_536, 5];
      const values = sizes.map((size) => 'x'.repeat(size));
      const append = log.append(
        'changes',
        values.map((value) => ({ key: 'one', value })),
      );
      const [{ partition } = { partition: 0 }] = await append;
      for (let round = 0; round < 2; round++) {
        const read = await log.read('changes', partition, 0, 100);
        assert.deepEqual(
          read.map(({ value }) => String(value).length),
          sizes,
        );
        log = await made.reopen();
      }
    });

    it('calls back after events can be read, until told to stop', async () => {
      const heard: string[] = [];
      const stop = log.onAppend((topic) => heard.push(topic));
      await log.append('changes', numbered(20));
      await log.append('parked', numbered(1));
      stop();
      await log.append('changes', numbered(1));
      assert.deepEqual(heard, ['changes', 'parked']);
    });

    it('refuses what it cannot store, and stores nothing of that call', async () => {
      const good = { key: 'k', value: 1 };
      await assert.rejects(log.append('../up', [good]), InvalidInputError);
      await assert.rejects(log.append('changes', [good, { key: 'k'.repeat(2000), value: 1 }]), TooLargeError);
      await assert.rejects(
        log.append('changes', [good, { key: 'k', value: 'x'.repeat(9_000_000) }]),
        TooLargeError,
      );
      await assert.rejects(log.read('changes', log.partitions, 0, 1), InvalidInputError);
      assert.deepEqual(await readAll(log, 'changes'), []);
    });

    it('finishes what was asked before it closes, and refuses what comes after', async () => {
      const asked = log.append('changes', numbered(10));
      await log.end('changes', 0);
      await log.close();
      assert.equal((await asked).length, 10);
      await log.close();
      await assert.rejects(log.append('changes', numbered(1)), UnavailableError);
      await assert.rejects(log.read('changes', 0, 0, 1), UnavailableError);
      await assert.rejects(log.commit('g', 'changes', 0, 1), UnavailableError);
      log = await made.reopen();
      assert.equal((await readAll(log, 'changes')).length, 10);
    });

    const bed = () => ({
      clock,
      made,
      log,
      async reopen() {
        log = await made.reopen();
      },
    });
    keepingCases(bed);
    groupCases(bed);
  });
}
