/** Policies, pools, and what those who look after the queue see and do. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Queue } from '#engines/queue/port';
import { openSqliteQueue } from '#engines/queue/sqlite';
import { ManualClock } from '#kernel/clock';
import { NotFoundError, UnavailableError } from '#kernel/errors';
import { silentLog } from '#kernel/log';
import { Metrics } from '#kernel/metrics';
import { type JobHandler, type Jobs, PostponeError, type QueueView } from './contract.ts';
import { createJobs } from './index.ts';

describe('jobs in operation', () => {
  let folder: string;
  let clock: ManualClock;
  let queue: Queue;
  let jobs: Jobs;
  let metrics: Metrics;

  const handle = (run: JobHandler['run'], overrides: Partial<JobHandler> = {}): void =>
    jobs.handle({ name: 'work', concurrency: 2, run, ...overrides });
  const many = (count: number, name = 'work'): Promise<string[]> =>
    jobs.enqueueMany(Array.from({ length: count }, (_, n) => ({ name, payload: { n } })));
  const view = async (name = 'work'): Promise<QueueView> => {
    const found = (await jobs.queues()).find((one) => one.name === name);
    assert.ok(found);
    return found;
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-jobs-'));
    clock = new ManualClock();
    metrics = new Metrics();
    queue = openSqliteQueue({ path: path.join(folder, 'queue.db'), clock, durability: 'process' });
    jobs = createJobs({ queue, clock, metrics, log: silentLog, backoff: { baseMs: 0, capMs: 0 } });
  });
  afterEach(async () => {
    await jobs.stop();
    await queue.close();
    await rm(folder, { recursive: true });
  });

  it('goes on later from what a handler postponed, as often as it likes', async () => {
    const pages: unknown[] = [];
    handle(async ({ page }) => {
      pages.push(page);
      if (Number(page) < 6) throw new PostponeError({ page: Number(page) + 1 });
      return { pages: pages.length };
    });
    await jobs.start();
    const id = await jobs.enqueue({ name: 'work', payload: { page: 1 }, attempts: 1 });
    assert.deepEqual((await jobs.wait(id, 5000)).result, { pages: 6 });
    assert.deepEqual(pages, [1, 2, 3, 4, 5, 6]);
  });

  it('postpones until the time that a handler says', async () => {
    handle(async ({ again }) => {
      if (again) return { late: true };
      throw new PostponeError({ again: true }, 60_000);
    });
    await jobs.start();
    const id = await jobs.enqueue({ name: 'work', payload: {} });
    await jobs.drain();
    assert.equal((await jobs.get(id))?.runAfter, clock.now() + 60_000);
    await jobs.hasten('work');
    assert.deepEqual((await jobs.wait(id, 5000)).result, { late: true });
  });

  it('takes nothing of a paused name, and goes on at once when it is resumed', async () => {
    handle(async () => ({}));
    await jobs.setPolicy('work', { isPaused: true });
    await jobs.start();
    const [id = ''] = await many(1);
    await jobs.drain();
    assert.equal((await jobs.get(id))?.state, 'pending');
    await jobs.setPolicy('work', { isPaused: false });
    assert.equal((await jobs.wait(id, 5000)).state, 'done');
  });

  it('drains a name: what is in hand ends, nothing is begun', async () => {
    const begun = Promise.withResolvers<void>();
    const open = Promise.withResolvers<void>();
    handle(
      async () => {
        begun.resolve();
        await open.promise;
        return {};
      },
      { concurrency: 1 },
    );
    await jobs.start();
    await many(3);
    await begun.promise;
    assert.deepEqual(await jobs.drainQueue('work', 0), { drained: false, running: 1 });
    const draining = jobs.drainQueue('work', 5000);
    open.resolve();
    assert.deepEqual(await draining, { drained: true, running: 0 });
    const { pending, done, policy } = await view();
    assert.deepEqual([pending, done, policy.isPaused], [2, 1, true]);
  });

  it('runs no more at once than the policy of the name, though handlers here allow more', async () => {
    let running = 0;
    let most = 0;
    handle(
      async () => {
        most = Math.max(most, ++running);
        await nextTurn();
        running--;
        return {};
      },
      { concurrency: 8 },
    );
    await jobs.setPolicy('work', { concurrency: 2 });
    await jobs.start();
    await many(30);
    await jobs.drain();
    assert.equal(most, 2);
    assert.equal((await view()).done, 30);
  });

  it('begins jobs at the rate of the policy', async () => {
    handle(async () => ({}), { concurrency: 8 });
    await jobs.setPolicy('work', { rate: { perSecond: 100, burst: 3 } });
    await jobs.start();
    await many(6);
    await jobs.drain();
    assert.equal((await view()).done, 3);
    clock.advance(30);
    await jobs.setPolicy('work', { isPaused: false });
    await jobs.drain();
    assert.equal((await view()).done, 6);
  });

  it('gives a pool more slots the more jobs wait, and takes them back', async () => {
    let running = 0;
    let most = 0;
    let open = Promise.withResolvers<void>();
    const grown = Promise.withResolvers<void>();
    handle(
      async () => {
        most = Math.max(most, ++running);
        if (running === 6) grown.resolve();
        await open.promise;
        running--;
        return {};
      },
      { concurrency: 2, pool: { most: 6, depthPerSlot: 5 } },
    );
    await jobs.start();
    await many(3);
    while ((await view()).running < 2) await nextTurn();
    assert.equal((await view()).slots, 2);
    await many(40);
    await grown.promise;
    assert.equal((await view()).slots, 6);
    open.resolve();
    await jobs.drain();
    assert.equal(most, 6);
    open = Promise.withResolvers<void>();
    open.resolve();
    await many(1);
    await jobs.drain();
    assert.equal((await view()).slots, 2);
  });

  it('asks in vain for less than a twentieth of all times, busy or not', async () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      handle(async () => nextTurn({}), { name, concurrency: name === 'a' ? 1 : 4 });
    }
    await jobs.start();
    for (let round = 0; round < 40; round++) {
      await many(1, 'a');
      await many(round % 7, 'b');
      await many(round % 3, 'c');
      if (round % 4 === 0) await jobs.drain();
    }
    await jobs.drain();
    const all = (await jobs.queues()).map(({ dequeues }) => dequeues);
    const asked = all.reduce((sum, one) => sum + one.all, 0);
    const empty = all.reduce((sum, one) => sum + one.empty, 0);
    assert.ok(asked >= 40, `${asked} dequeues`);
    assert.ok(empty / asked < 0.05, `${empty} of ${asked} found nothing`);
    const text = await metrics.registry.metrics();
    assert.match(text, /pinakes_jobs_dequeues_total\{name="a",outcome="found"\} \d+/);
  });

  it('tells what came in and what became of it in the last minute', async () => {
    handle(async ({ n }, { job }) => {
      if (n === 0) throw new UnavailableError('down');
      if (n === 1 && job.attemptsLeft === 4) throw new UnavailableError('not yet');
      return {};
    });
    await jobs.start();
    await many(5);
    await jobs.drain();
    assert.deepEqual((await view()).perMinute, { enqueued: 5, done: 4, failed: 1, retried: 5 });
    clock.advance(30_000);
    await many(2);
    await jobs.drain();
    assert.equal((await view()).perMinute.enqueued, 7);
    clock.advance(35_000);
    assert.equal((await view()).perMinute.enqueued, 2);
    clock.advance(600_000);
    assert.deepEqual((await view()).perMinute, { enqueued: 0, done: 0, failed: 0, retried: 0 });
  });

  it('refuses to direct a name that has neither a handler nor jobs', async () => {
    handle(async () => ({}));
    await assert.rejects(jobs.setPolicy('wrok', { isPaused: true }), NotFoundError);
    await assert.rejects(jobs.drainQueue('wrok', 0), NotFoundError);
    await many(1, 'elsewhere');
    assert.equal((await jobs.setPolicy('elsewhere', { isPaused: true })).isPaused, true);
  });

  it('shows names without jobs too, where they have a handler', async () => {
    handle(async () => ({}));
    const { pending, slots, policy } = await view();
    assert.deepEqual([pending, slots, policy.isPaused], [0, null, false]);
    await jobs.start();
    assert.equal((await view()).slots, 2);
  });
});
