/** What every queue must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { ManualClock } from '#kernel/clock';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import { job, type OpenQueue, QueueBed } from './contract-bed.ts';
import { describeOperating } from './contract-operating.ts';
import { describePolicies } from './contract-policies.ts';
import type { NewJob, Queue } from './port.ts';

/** Runs the suite on what `open` gives: each time an empty queue on the given clock. */
export function describeQueue(title: string, open: OpenQueue): void {
  describeOperating(title, open);
  describePolicies(title, open);
  describe(title, () => {
    const bed = new QueueBed(open);
    let clock: ManualClock;
    let queue: Queue;
    beforeEach(() => {
      ({ clock, queue } = bed);
    });
    const put = (overrides?: Partial<NewJob>) => bed.put(overrides);
    const take = (name?: string) => bed.take(name);
    const stored = (id: string) => bed.stored(id);
    const idsDue = (names?: string[], limit?: number) => bed.idsDue(names, limit);

    it('gives back what was enqueued, with ids in the order given', async () => {
      const payload = { text: 'ünï "quoted" \n 🦀', nested: { list: [1, null, true] } };
      const ids = await queue.enqueue([job({ payload, priority: 2 }), job({ name: 'crawl' })]);
      const [first = '', second = ''] = ids;
      assert.notEqual(first, second);
      assert.deepEqual(await stored(first), {
        id: first,
        name: 'encode',
        payload,
        priority: 2,
        state: 'pending',
        attempts: 3,
        attemptsLeft: 3,
        runAfter: clock.now(),
        createdAt: clock.now(),
        updatedAt: clock.now(),
        error: null,
        result: null,
      });
      assert.equal((await stored(second))?.name, 'crawl');
      assert.equal((await queue.get(['999999', 'nonsense'])).size, 0);
    });

    it('leases the highest priority first, the oldest first within one', async () => {
      const low = await put();
      const [high1 = '', high2 = ''] = await queue.enqueue([job({ priority: 5 }), job({ priority: 5 })]);
      const negative = await put({ priority: -1 });
      assert.deepEqual(await idsDue(['encode'], 3), [high1, high2, low]);
      assert.deepEqual(await idsDue(), [negative]);
    });

    it('leases jobs of the given names only, in one order over all of them', async () => {
      const a = await put({ name: 'a' });
      const b = await put({ name: 'b', priority: 1 });
      await put({ name: 'c', priority: 9 });
      assert.deepEqual(await idsDue([]), []);
      assert.deepEqual(await idsDue(['a', 'b', 'unknown'], 1), [b]);
      assert.deepEqual(await idsDue(['a', 'b']), [a]);
    });

    it('never leases a job twice, also when asked at once', async () => {
      const ids = await queue.enqueue(Array.from({ length: 50 }, () => job()));
      const batches = await Promise.all(Array.from({ length: 20 }, () => idsDue(['encode'], 3)));
      // One that is being looked at by another may be passed over.
      const all = [...batches.flat(), ...(await idsDue())];
      assert.deepEqual(
        all.sort((x, y) => Number(x) - Number(y)),
        ids,
      );
    });

    it('holds a job back until its time', async () => {
      const later = await put({ runAfter: clock.now() + 5000 });
      assert.equal(await queue.nextDue(['encode']), clock.now() + 5000);
      clock.advance(4999);
      assert.deepEqual(await idsDue(), []);
      clock.advance(1);
      assert.deepEqual(await idsDue(), [later]);
    });

    it('knows when the next job is due', async () => {
      assert.equal(await queue.nextDue(['encode']), undefined);
      await put({ runAfter: clock.now() + 9000 });
      await put({ name: 'other' });
      assert.equal(await queue.nextDue(['encode']), clock.now() + 9000);
      await put();
      assert.equal(await queue.nextDue(['encode', 'other']), clock.now());
      await take();
      assert.equal(await queue.nextDue(['encode']), clock.now() + 1000);
    });

    it('keeps the answer of a job that is done', async () => {
      const id = await put();
      const { lease } = await take();
      assert.equal((await stored(id))?.state, 'running');
      clock.advance(10);
      assert.equal(await queue.acknowledge(id, lease, { width: 236 }), true);
      const done = await stored(id);
      assert.deepEqual([done?.state, done?.result, done?.updatedAt], ['done', { width: 236 }, clock.now()]);
      assert.deepEqual(await idsDue(), []);
    });

    it('keeps answers exactly, those of many jobs at once too', async () => {
      const results = [
        { text: 'ünï "quoted" \\ \n \u0000 \ud800 🦀', list: [1, null, true, "it's"] },
        { long: 'x'.repeat(200_000) },
        {},
      ];
      const ids = await queue.enqueue(results.map(() => job()));
      const taken = await queue.dequeue(['encode'], 3, 1000);
      const held = taken.map(({ id, lease }, i) => queue.acknowledge(id, lease, results[i] ?? {}));
      const twice = queue.acknowledge(taken[0]?.id ?? '', taken[0]?.lease ?? '', {});
      assert.deepEqual(await Promise.all([...held, twice]), [true, true, true, false]);
      const stored = await queue.get(ids);
      assert.deepEqual(
        ids.map((id) => stored.get(id)?.result),
        results,
      );
    });

    it('refuses whoever has lost the lease, and changes nothing then', async () => {
      const id = await put();
      const { lease } = await take();
      assert.equal(await queue.acknowledge(id, 'another', {}), false);
      clock.advance(1000);
      assert.equal(await queue.acknowledge(id, lease, {}), false);
      assert.equal(await queue.fail(id, lease, 'late', null), false);
      assert.equal(await queue.checkpoint(id, lease, { at: 1 }), false);
      assert.equal(await queue.heartbeat(id, lease, 1000), false);
      const again = await take();
      assert.deepEqual([again.id, again.payload, again.error], [id, { pin: '1' }, null]);
      assert.equal(await queue.acknowledge(id, lease, {}), false);
      assert.equal(await queue.acknowledge(id, again.lease, {}), true);
      assert.equal(await queue.acknowledge(id, again.lease, {}), false);
    });

    it('ends all leases when told that nobody is left, at the cost of the attempt', async () => {
      const id = await put({ attempts: 2 });
      const { lease } = await take();
      assert.equal(await queue.endLeases(), 1);
      assert.equal(await queue.acknowledge(id, lease, {}), false);
      assert.equal((await take()).attemptsLeft, 0);
      assert.equal(await queue.endLeases(), 1);
      assert.deepEqual(await idsDue(), []);
      assert.equal((await queue.get([id])).get(id)?.state, 'failed');
      assert.equal(await queue.endLeases(), 0);
    });

    it('keeps a lease alive by heartbeats', async () => {
      const id = await put();
      const { lease } = await take();
      for (let beat = 0; beat < 3; beat++) {
        clock.advance(900);
        assert.equal(await queue.heartbeat(id, lease, 1000), true);
        assert.deepEqual(await idsDue(), []);
      }
      assert.equal(await queue.acknowledge(id, lease, {}), true);
    });

    it('retries a failed job at the time given until no attempts are left', async () => {
      const id = await put({ attempts: 2 });
      const first = await take();
      assert.equal(first.attemptsLeft, 1);
      assert.equal(await queue.fail(id, first.lease, 'no answer', clock.now() + 500), true);
      assert.deepEqual(await idsDue(), []);
      const waiting = await stored(id);
      assert.deepEqual([waiting?.state, waiting?.error], ['pending', 'no answer']);
      clock.advance(500);
      const second = await take();
      assert.equal(second.attemptsLeft, 0);
      await queue.fail(id, second.lease, 'still none', clock.now());
      const failed = await stored(id);
      assert.deepEqual([failed?.state, failed?.error], ['failed', 'still none']);
      assert.deepEqual(await idsDue(), []);
    });

    it('makes jobs of one name due before their time when hurried', async () => {
      const late = await put({ runAfter: clock.now() + 60_000 });
      const other = await put({ name: 'other', runAfter: clock.now() + 60_000 });
      const running = await put();
      await take();
      let told = 0;
      queue.onEnqueue(() => told++);
      assert.equal(await queue.hasten('encode'), 1);
      assert.equal(told, 1);
      assert.deepEqual(await idsDue(['encode', 'other']), [late]);
      assert.equal(await queue.hasten('nothing'), 0);
      assert.equal(told, 1);
      const states = await queue.get([other, running]);
      assert.deepEqual([states.get(other)?.state, states.get(running)?.state], ['pending', 'running']);
    });

    it('gives up at once when told to', async () => {
      const id = await put();
      const { lease } = await take();
      await queue.fail(id, lease, 'not a picture', null);
      assert.equal((await stored(id))?.state, 'failed');
    });

    it('fails a job whose last worker died', async () => {
      const id = await put({ attempts: 1 });
      await take();
      clock.advance(1000);
      assert.deepEqual(await idsDue(), []);
      const failed = await stored(id);
      assert.equal(failed?.state, 'failed');
      assert.match(failed?.error ?? '', /stopped/);
    });

    it('hands a checkpoint to the next try', async () => {
      const id = await put();
      const { lease } = await take();
      assert.equal(await queue.checkpoint(id, lease, { done: 40 }), true);
      clock.advance(1000);
      assert.deepEqual((await take()).payload, { done: 40 });
    });

    it('answers the pending or running job of the same name and key', async () => {
      const [first, twin] = await queue.enqueue([
        job({ deduplicationKey: 'k' }),
        job({ deduplicationKey: 'k' }),
      ]);
      assert.equal(twin, first);
      assert.notEqual(await put({ name: 'other', deduplicationKey: 'k' }), first);
      assert.notEqual(await put({ deduplicationKey: 'l', runAfter: clock.now() + 1 }), first);
      const { id, lease } = await take();
      assert.equal(await put({ deduplicationKey: 'k' }), id);
      await queue.acknowledge(id, lease, {});
      assert.notEqual(await put({ deduplicationKey: 'k' }), id);
    });

    it('stores a new job where one of its key died with its last worker', async () => {
      const dead = await put({ attempts: 1, deduplicationKey: 'k' });
      await take();
      clock.advance(1000);
      assert.notEqual(await put({ deduplicationKey: 'k' }), dead);
      assert.equal((await stored(dead))?.state, 'failed');
    });

    it('puts failed jobs back with fresh attempts, one a key', async () => {
      const [a = '', b = '', keyed = ''] = await queue.enqueue([
        job({ attempts: 1 }),
        job({ name: 'other', attempts: 1 }),
        job({ attempts: 1, deduplicationKey: 'k' }),
      ]);
      for (const { id, lease } of await queue.dequeue(['encode', 'other'], 3, 1000)) {
        await queue.fail(id, lease, 'broken', clock.now());
      }
      await put({ deduplicationKey: 'k', runAfter: clock.now() + 1 });
      assert.equal(await queue.retryFailed('encode'), 1);
      assert.deepEqual(
        (await queue.list('failed', 10)).map(({ id }) => id),
        [keyed, b],
      );
      assert.equal((await stored(a))?.attemptsLeft, 1);
      assert.equal(await queue.retryFailed(), 1);
      assert.deepEqual(await idsDue(['encode', 'other']), [a, b]);
    });

    it('lists a state newest first and counts by name and state', async () => {
      const ids = await queue.enqueue([job(), job({ runAfter: clock.now() + 1 }), job(), job({ name: 'b' })]);
      assert.deepEqual(
        (await queue.list('pending', 3)).map(({ id }) => id),
        ids.toReversed().slice(0, 3),
      );
      assert.deepEqual(
        (await queue.list('pending', 2, 'encode')).map(({ id }) => id),
        ids.toReversed().slice(1, 3),
      );
      assert.deepEqual(await queue.list('running', 10, 'encode'), []);
      const { id, lease } = await take();
      await queue.acknowledge(id, lease, {});
      await take('b');
      assert.deepEqual(
        (await queue.counts()).sort((x, y) => (x.name + x.state).localeCompare(y.name + y.state)),
        [
          { name: 'b', state: 'running', count: 1 },
          { name: 'encode', state: 'done', count: 1 },
          { name: 'encode', state: 'pending', count: 2 },
        ],
      );
    });

    it('forgets jobs done before a time, and only those', async () => {
      await queue.enqueue(Array.from({ length: 1203 }, () => job()));
      const taken = await queue.dequeue(['encode'], 1201, 1000);
      await Promise.all(taken.map((one) => queue.acknowledge(one.id, one.lease, {})));
      const { id, lease } = await take();
      clock.advance(10);
      await queue.acknowledge(id, lease, {});
      assert.equal(await queue.prune(clock.now()), 1201);
      assert.deepEqual(
        (await queue.list('done', 10)).map((done) => done.id),
        [id],
      );
      assert.equal((await queue.list('pending', 10)).length, 1);
    });

    it('calls back when jobs were enqueued, until told to stop', async () => {
      let calls = 0;
      const stop = queue.onEnqueue(() => {
        calls++;
      });
      await queue.enqueue([job(), job()]);
      assert.equal(calls, 1);
      stop();
      await put();
      assert.equal(calls, 1);
    });

    it('refuses jobs that cannot be stored, and stores none of their batch', async () => {
      for (const wrong of [{ name: '' }, { attempts: 0 }, { attempts: 1.5 }, { priority: 0.5 }]) {
        await assert.rejects(queue.enqueue([job(), job(wrong)]), InvalidInputError);
      }
      assert.deepEqual(await queue.counts(), []);
    });

    it('finishes what was asked before it closes, and refuses what comes after', async () => {
      const asked = queue.enqueue([job()]);
      await queue.close();
      assert.equal((await asked).length, 1);
      await queue.close();
      await assert.rejects(queue.enqueue([job()]), UnavailableError);
      await assert.rejects(queue.counts(), UnavailableError);
    });
  });
}
