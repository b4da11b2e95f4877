/** What every queue offers those who look after it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidInputError } from '#kernel/errors';
import { job, type OpenQueue, QueueBed } from './contract-bed.ts';
import type { JobScan } from './port.ts';

/** Runs this part of the contract. */
export function describeOperating(title: string, open: OpenQueue): void {
  describe(`${title}: operating`, () => {
    const bed = new QueueBed(open);
    const found = async (scan: Omit<JobScan, 'limit'>, limit = 100): Promise<string[]> =>
      (await bed.queue.scan({ ...scan, limit })).items.map(({ id }) => id);

    it('puts a checkpoint back to pending, now or later, with fresh attempts', async () => {
      const { queue, clock } = bed;
      const id = await bed.put({ attempts: 2, deduplicationKey: 'k' });
      const first = await bed.take();
      await queue.fail(id, first.lease, 'no answer', clock.now());
      const second = await bed.take();
      assert.equal(await queue.postpone(id, second.lease, { page: 2 }, clock.now() + 500), true);
      const waiting = await bed.stored(id);
      assert.deepEqual(
        [waiting?.state, waiting?.payload, waiting?.attemptsLeft, waiting?.error, waiting?.runAfter],
        ['pending', { page: 2 }, 2, null, clock.now() + 500],
      );
      assert.equal(await bed.put({ deduplicationKey: 'k' }), id);
      assert.deepEqual(await bed.idsDue(), []);
      clock.advance(500);
      const third = await bed.take();
      assert.deepEqual(third.payload, { page: 2 });
      assert.equal(await queue.postpone(id, second.lease, { page: 9 }, clock.now()), false);
      assert.equal(await queue.postpone(id, third.lease, { page: 3 }, clock.now()), true);
      assert.deepEqual((await bed.take()).payload, { page: 3 });
    });

    it('finds jobs by state, name, priority and what stands in their payload', async () => {
      const { queue } = bed;
      const [a = '', b = '', c = '', d = ''] = await queue.enqueue([
        job({ payload: { url: 'https://example.org/a%_b', n: 1 } }),
        job({ payload: { url: 'https://example.org/c', n: 2 }, priority: 5 }),
        job({ name: 'other', payload: { url: 'https://elsewhere.net/a' } }),
        job({ payload: { text: 'grüße *' }, runAfter: bed.clock.now() + 1 }),
      ]);
      assert.deepEqual(await found({ state: 'pending' }), [d, c, b, a]);
      assert.deepEqual(await found({ state: 'pending', name: 'encode' }), [d, b, a]);
      assert.deepEqual(await found({ state: 'pending', priority: 5 }), [b]);
      assert.deepEqual(await found({ state: 'pending', payload: 'example.org' }), [b, a]);
      assert.deepEqual(await found({ state: 'pending', payload: 'https*"n":2' }), [b]);
      assert.deepEqual(await found({ state: 'pending', payload: '%_' }), [a]);
      assert.deepEqual(await found({ state: 'pending', payload: 'grüße' }), [d]);
      assert.deepEqual(await found({ state: 'pending', payload: 'GRÜSSE' }), []);
      assert.deepEqual(await found({ state: 'done' }), []);
    });

    it('scans page by page, each job once', async () => {
      const { queue } = bed;
      const ids = await queue.enqueue(Array.from({ length: 700 }, (_, n) => job({ payload: { n } })));
      const seen: string[] = [];
      let before: string | undefined;
      do {
        const page = await queue.scan({ state: 'pending', payload: '1', limit: 50, before });
        seen.push(...page.items.map(({ id }) => id));
        before = page.next ?? undefined;
      } while (before !== undefined);
      assert.deepEqual(seen, ids.filter((_, n) => String(n).includes('1')).toReversed());
      await assert.rejects(queue.scan({ state: 'pending', limit: 1, before: 'x' }), InvalidInputError);
      await assert.rejects(queue.scan({ state: 'pending', limit: 0 }), InvalidInputError);
    });

    it('retries the failed jobs that are named, and no others', async () => {
      const { queue } = bed;
      const [a = '', b = ''] = await queue.enqueue([job(), job()]);
      await bed.fail();
      await bed.fail();
      const waiting = await bed.put({ runAfter: bed.clock.now() + 1000 });
      assert.equal(await queue.retry([b, waiting, '999999', 'nonsense']), 1);
      assert.deepEqual([(await bed.stored(a))?.state, (await bed.stored(b))?.attemptsLeft], ['failed', 3]);
      assert.deepEqual(await bed.idsDue(), [b]);
    });

    it('forgets jobs in any state; the worker of a running one has lost its lease', async () => {
      const { queue } = bed;
      await bed.put();
      const failed = await bed.fail();
      await bed.put({ deduplicationKey: 'k' });
      const running = await bed.take();
      const waiting = await bed.put();
      assert.equal(await queue.remove([failed, running.id, waiting, '999999', 'nonsense']), 3);
      assert.equal(await queue.acknowledge(running.id, running.lease, {}), false);
      assert.equal((await queue.get([failed, running.id, waiting])).size, 0);
      assert.deepEqual(await queue.counts(), []);
      assert.notEqual(await bed.put({ deduplicationKey: 'k' }), running.id);
    });

    it('tells depth, states and the age of what is due, by name', async () => {
      const { queue, clock } = bed;
      const start = clock.now();
      await bed.put();
      await bed.fail();
      await bed.put();
      const { id, lease } = await bed.take();
      await queue.acknowledge(id, lease, {});
      await bed.put({ priority: -3 });
      clock.advance(100);
      await queue.enqueue([job(), job({ priority: 4 }), job({ runAfter: start + 5000 })]);
      await bed.put({ name: 'later', runAfter: start + 700 });
      await queue.setPolicy('quiet', { isPaused: true });
      const none = { pending: 0, due: 0, running: 0, done: 0, failed: 0, oldestDue: null };
      assert.deepEqual(await queue.stats(), [
        { ...none, name: 'encode', pending: 4, due: 3, done: 1, failed: 1, oldestDue: start },
        { ...none, name: 'later', pending: 1 },
        { ...none, name: 'quiet' },
      ]);
      assert.equal(await queue.depth('encode'), 3);
      clock.advance(1000);
      assert.equal(await queue.depth('later'), 1);
      assert.equal((await queue.stats())[1]?.oldestDue, start + 700);
      assert.equal(await queue.depth('nothing'), 0);
    });

    it('tells which names may have become due', async () => {
      const { queue } = bed;
      const told: (readonly string[] | undefined)[] = [];
      queue.onEnqueue((names) => told.push(names));
      await queue.enqueue([job(), job({ name: 'other' }), job()]);
      await bed.fail();
      await queue.retryFailed();
      await bed.take();
      await queue.endLeases();
      assert.deepEqual(told, [['encode', 'other'], undefined, undefined]);
    });
  });
}
