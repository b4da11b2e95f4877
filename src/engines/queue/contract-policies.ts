/** What every queue does by the policies of names. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidInputError } from '#kernel/errors';
import { job, type OpenQueue, QueueBed } from './contract-bed.ts';

/** Runs this part of the contract. */
export function describePolicies(title: string, open: OpenQueue): void {
  describe(`${title}: policies`, () => {
    const bed = new QueueBed(open);
    const many = (count: number, name = 'encode') =>
      bed.queue.enqueue(Array.from({ length: count }, () => job({ name })));

    it('leases nothing of a paused name, takes jobs in, and goes on when resumed', async () => {
      const { queue } = bed;
      const before = await bed.put();
      const running = await bed.take();
      const policy = await queue.setPolicy('encode', { isPaused: true });
      assert.deepEqual(policy, { isPaused: true, concurrency: null, rate: null });
      const waiting = await bed.put();
      const other = await bed.put({ name: 'other' });
      assert.deepEqual(await bed.idsDue(['encode', 'other']), [other]);
      assert.equal(await queue.acknowledge(before, running.lease, {}), true);
      assert.equal(await queue.nextDue(['encode']), undefined);
      let told: readonly string[] | undefined = [];
      queue.onEnqueue((names) => {
        told = names;
      });
      await queue.setPolicy('encode', { isPaused: false });
      assert.deepEqual(told, ['encode']);
      assert.equal(await queue.nextDue(['encode']), bed.clock.now());
      assert.deepEqual(await bed.idsDue(), [waiting]);
    });

    it('takes back what a dead worker held of a paused name, so that it can be drained', async () => {
      const { queue, clock } = bed;
      const id = await bed.put();
      await bed.take();
      await queue.setPolicy('encode', { isPaused: true });
      assert.equal(await queue.nextDue(['encode']), clock.now() + 1000);
      clock.advance(1000);
      assert.deepEqual(await bed.idsDue(), []);
      assert.equal((await bed.stored(id))?.state, 'pending');
    });

    it('leases no more of a name at once than its concurrency, however many ask', async () => {
      const { queue } = bed;
      await queue.setPolicy('encode', { concurrency: 3 });
      await many(10);
      const batches = await Promise.all([2, 2, 2, 2].map((limit) => queue.dequeue(['encode'], limit, 1000)));
      const leased = batches.flat();
      assert.equal(leased.length, 3);
      assert.equal(await queue.nextDue(['encode']), bed.clock.now() + 1000);
      const [first] = leased;
      assert.ok(first);
      await queue.acknowledge(first.id, first.lease, {});
      assert.equal(await queue.nextDue(['encode']), bed.clock.now());
      assert.equal((await bed.idsDue()).length, 1);
      assert.equal((await bed.idsDue()).length, 0);
    });

    it('begins no more jobs of a name than its rate allows, and says when the next may begin', async () => {
      const { queue, clock } = bed;
      await queue.setPolicy('encode', { rate: { perSecond: 4, burst: 2 } });
      await many(20);
      await many(3, 'free');
      assert.equal((await bed.idsDue(['encode', 'free'])).length, 5);
      assert.equal(await queue.nextDue(['encode']), clock.now() + 250);
      clock.advance(249);
      assert.equal((await bed.idsDue()).length, 0);
      clock.advance(1);
      assert.equal((await bed.idsDue()).length, 1);
      let begun = 0;
      for (let step = 0; step < 30; step += 1) {
        clock.advance(100);
        begun += (await bed.idsDue([`encode`], 5)).length;
      }
      assert.equal(begun, 12);
      clock.advance(60_000);
      assert.equal((await bed.idsDue()).length, 2);
    });

    it('keeps policies, changes parts of them, and lists them', async () => {
      const { queue } = bed;
      await queue.setPolicy('encode', { concurrency: 2, rate: { perSecond: 0.5, burst: 1 } });
      await queue.setPolicy('encode', { isPaused: true });
      await queue.setPolicy('other', { concurrency: 1 });
      await queue.setPolicy('other', { concurrency: null });
      assert.deepEqual(
        await queue.policies(),
        new Map([
          ['encode', { isPaused: true, concurrency: 2, rate: { perSecond: 0.5, burst: 1 } }],
          ['other', { isPaused: false, concurrency: null, rate: null }],
        ]),
      );
    });

    it('refuses policies that cannot be', async () => {
      const { queue } = bed;
      const rate = { perSecond: 1, burst: 1 };
      for (const wrong of [
        { concurrency: 0 },
        { concurrency: 1.5 },
        { rate: { ...rate, perSecond: 0 } },
        { rate: { ...rate, perSecond: Number.NaN } },
        { rate: { ...rate, burst: 0 } },
      ]) {
        await assert.rejects(queue.setPolicy('encode', wrong), InvalidInputError);
      }
      await assert.rejects(queue.setPolicy('', { isPaused: true }), InvalidInputError);
      assert.equal((await queue.policies()).size, 0);
    });
  });
}
