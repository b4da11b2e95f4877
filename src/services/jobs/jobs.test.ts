import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pino from 'pino';
import type { Queue } from '#engines/queue/port';
import { openSqliteQueue } from '#engines/queue/sqlite';
import { ManualClock } from '#kernel/clock';
import { ConflictError, InvalidInputError, NotFoundError, UnavailableError } from '#kernel/errors';
import { silentLog } from '#kernel/log';
import { Metrics } from '#kernel/metrics';
import { killAfter } from '../../../test/support/kill-after.ts';
import { GiveUpError, type JobHandler, type Jobs } from './contract.ts';
import { createJobs, type JobsDeps } from './index.ts';

/** A promise with its ends in hand. */
const gate = () => Promise.withResolvers<void>();

describe('createJobs', () => {
  let folder: string;
  let clock: ManualClock;
  let queue: Queue;
  let jobs: Jobs;
  const made: Jobs[] = [];

  const make = (overrides: Partial<JobsDeps> = {}): Jobs => {
    const one = createJobs({ queue, clock, log: silentLog, backoff: { baseMs: 0, capMs: 0 }, ...overrides });
    made.push(one);
    return one;
  };
  const handle = (run: JobHandler['run'], overrides: Partial<JobHandler> = {}): void =>
    jobs.handle({ name: 'work', concurrency: 2, run, ...overrides });

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-jobs-'));
    clock = new ManualClock();
    queue = openSqliteQueue({ path: path.join(folder, 'queue.db'), clock, durability: 'process' });
    jobs = make();
  });
  afterEach(async () => {
    await Promise.all(made.splice(0).map((one) => one.stop()));
    await queue.close();
    await rm(folder, { recursive: true });
  });

  it('runs jobs from before and after its start, and keeps their answers', async () => {
    handle(async (payload) => ({ doubled: Number(payload['n']) * 2 }));
    const early = await jobs.enqueue({ name: 'work', payload: { n: 1 } });
    await jobs.start();
    const late = await jobs.enqueue({ name: 'work', payload: { n: 2 } });
    assert.deepEqual((await jobs.wait(early, 5000)).result, { doubled: 2 });
    assert.deepEqual((await jobs.wait(late, 5000)).result, { doubled: 4 });
    assert.deepEqual(await jobs.counts(), [{ name: 'work', state: 'done', count: 2 }]);
  });

  it('takes up at once what a dead process was at, when told to be alone', async () => {
    const id = await queue
      .enqueue([{ name: 'work', payload: {}, attempts: 2 }])
      .then(([first = '']) => first);
    await queue.dequeue(['work'], 1, 60_000);
    const alone = make({ isAlone: true });
    alone.handle({ name: 'work', concurrency: 1, run: async () => ({ again: true }) });
    await alone.start();
    assert.deepEqual((await alone.wait(id, 5000)).result, { again: true });
  });

  it('runs as many at once as the handler allows, never more', async () => {
    let running = 0;
    let most = 0;
    const open = gate();
    const full = gate();
    handle(
      async () => {
        most = Math.max(most, ++running);
        if (running === 3) full.resolve();
        await open.promise;
        running--;
        return {};
      },
      { concurrency: 3 },
    );
    await jobs.start();
    await jobs.enqueueMany(Array.from({ length: 10 }, () => ({ name: 'work', payload: {} })));
    await full.promise;
    open.resolve();
    await jobs.drain();
    assert.equal(most, 3);
  });

  it('keeps one slow handler from holding up another', async () => {
    const open = gate();
    handle(async () => open.promise.then(() => ({})), { name: 'slow', concurrency: 1 });
    handle(async () => ({}), { name: 'quick' });
    await jobs.start();
    await jobs.enqueueMany([1, 2, 3].map(() => ({ name: 'slow', payload: {}, priority: 9 })));
    const quick = await jobs.enqueue({ name: 'quick', payload: {} });
    assert.equal((await jobs.wait(quick, 5000)).state, 'done');
    open.resolve();
  });

  it('retries an unknown fault and does not show its text', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'error' }, { write: (line: string) => lines.push(line) });
    jobs = make({ log });
    let tries = 0;
    handle(async () => {
      tries++;
      throw new Error('password=hunter2 at /secret/path');
    });
    await jobs.start();
    const job = await jobs.wait(await jobs.enqueue({ name: 'work', payload: {}, attempts: 3 }), 5000);
    assert.deepEqual([job.state, job.error, tries], ['failed', 'internal error', 3]);
    assert.equal(
      lines.filter((line) => line.includes('hunter2') && line.includes(`"id":"${job.id}"`)).length,
      3,
    );
  });

  it('tries five times unless told otherwise', async () => {
    let tries = 0;
    handle(async () => {
      tries++;
      throw new UnavailableError('the site does not answer');
    });
    await jobs.start();
    const job = await jobs.wait(await jobs.enqueue({ name: 'work', payload: {} }), 5000);
    assert.deepEqual([job.state, job.error, tries], ['failed', 'the site does not answer', 5]);
  });

  it('gives up at once on the fault of an input, with its words', async () => {
    const faults = [
      new InvalidInputError('file', 'is not a picture'),
      new NotFoundError('page'),
      new GiveUpError('the site forbids it'),
    ];
    let tries = 0;
    handle(async () => {
      throw faults[tries++];
    });
    await jobs.start();
    for (const fault of faults) {
      const job = await jobs.wait(await jobs.enqueue({ name: 'work', payload: {} }), 5000);
      assert.deepEqual([job.state, job.error], ['failed', fault.message]);
    }
    assert.equal(tries, 3);
  });

  it('tells a handler how its jobs ended, once that is stored', async () => {
    const told: string[] = [];
    const states: Promise<string | undefined>[] = [];
    handle(
      async ({ n }, { job }) => {
        if (n === 1 || job.attemptsLeft > 0) throw new UnavailableError('not now');
        return {};
      },
      {
        settled: ({ payload, id }, state) => {
          told.push(`${payload['n']} ${state}`);
          states.push(jobs.get(id).then((job) => job?.state));
        },
      },
    );
    await jobs.start();
    for (const n of [1, 2]) {
      await jobs.wait(await jobs.enqueue({ name: 'work', payload: { n }, attempts: 2 }), 5000);
    }
    await jobs.drain();
    assert.deepEqual(told, ['1 failed', '2 done']);
    assert.deepEqual(await Promise.all(states), ['failed', 'done']);
  });

  it('goes on at once with jobs that are hastened, whatever their backoff', async () => {
    let isUp = false;
    handle(
      async () => {
        if (!isUp) throw new UnavailableError('down');
        return {};
      },
      { backoff: { baseMs: 1_000_000, capMs: 1_000_000 } },
    );
    await jobs.start();
    const id = await jobs.enqueue({ name: 'work', payload: {} });
    await jobs.drain();
    assert.ok(((await jobs.get(id))?.runAfter ?? 0) >= clock.now() + 500_000);
    isUp = true;
    assert.equal(await jobs.hasten('work'), 1);
    assert.equal((await jobs.wait(id, 5000)).state, 'done');
  });

  it('waits longer after every try, up to the cap', async () => {
    jobs = make({ backoff: { baseMs: 1000, capMs: 5000 } });
    handle(async () => {
      throw new UnavailableError('later');
    });
    await jobs.start();
    const id = await jobs.enqueue({ name: 'work', payload: {} });
    const waits: number[] = [];
    for (let tried = 1; tried < 5; tried++) {
      await jobs.drain();
      const job = await jobs.get(id);
      waits.push((job?.runAfter ?? 0) - clock.now());
      clock.advance(5000);
      // A policy that is set wakes the worker, which then sees that the time has come.
      await jobs.setPolicy('work', { isPaused: false });
    }
    await jobs.drain();
    assert.equal((await jobs.get(id))?.state, 'failed');
    for (const [i, whole] of [1000, 2000, 4000, 5000].entries()) {
      const waited = waits[i] ?? 0;
      assert.ok(waited >= whole / 2 && waited <= whole, `wait ${i} was ${waited} ms`);
    }
  });

  it('continues a retry from the checkpoint', async () => {
    handle(async (payload, { checkpoint }) => {
      if (payload['done'] === 40) return { from: 40 };
      await checkpoint({ done: 40 });
      throw new Error('crash');
    });
    await jobs.start();
    const job = await jobs.wait(await jobs.enqueue({ name: 'work', payload: { done: 0 } }), 5000);
    assert.deepEqual(job.result, { from: 40 });
  });

  it('runs a job at its time, not before', async () => {
    handle(async () => ({}));
    await jobs.start();
    const id = await jobs.enqueue({ name: 'work', payload: {}, runAfter: clock.now() + 20 });
    await jobs.drain();
    assert.equal((await jobs.get(id))?.state, 'pending');
    clock.advance(20);
    assert.equal((await jobs.wait(id, 5000)).state, 'done');
  });

  it('keeps a long job alive by heartbeats', async () => {
    const open = gate();
    handle(async () => open.promise.then(() => ({ kept: true })), { leaseMs: 30 });
    await jobs.start();
    const id = await jobs.enqueue({ name: 'work', payload: {} });
    const leasedUntil = async (time: number): Promise<void> => {
      while ((await queue.nextDue(['work'])) !== time) await nextTurn();
    };
    await leasedUntil(clock.now() + 30);
    for (let beat = 0; beat < 3; beat++) {
      clock.advance(20);
      await leasedUntil(clock.now() + 30);
      assert.deepEqual(await queue.dequeue(['work'], 1, 1000), []);
    }
    open.resolve();
    assert.deepEqual((await jobs.wait(id, 5000)).result, { kept: true });
  });

  it('tells a job that lost its lease to stop, and keeps nothing of it', async () => {
    const begun = gate();
    let first = true;
    handle(
      async (_payload, { signal }) => {
        if (!first) return { by: 'second' };
        first = false;
        begun.resolve();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { by: 'first' };
      },
      { leaseMs: 30 },
    );
    await jobs.start();
    const id = await jobs.enqueue({ name: 'work', payload: {} });
    await begun.promise;
    clock.advance(30);
    await jobs.setPolicy('work', { isPaused: false });
    assert.deepEqual((await jobs.wait(id, 5000)).result, { by: 'second' });
  });

  it('lets running jobs finish when stopped, and takes no more', async () => {
    const begun = gate();
    const open = gate();
    handle(
      async () => {
        begun.resolve();
        await open.promise;
        return { finished: true };
      },
      { concurrency: 1 },
    );
    await jobs.start();
    const [one = '', two = ''] = await jobs.enqueueMany([1, 2].map(() => ({ name: 'work', payload: {} })));
    await begun.promise;
    const stopped = jobs.stop();
    open.resolve();
    await stopped;
    assert.deepEqual((await jobs.get(one))?.result, { finished: true });
    assert.equal((await jobs.get(two))?.state, 'pending');
  });

  it('aborts jobs that outlast the grace of a stop, and they are tried again later', async () => {
    jobs = make({ graceMs: 1 });
    const begun = gate();
    handle(async (_payload, { signal }) => {
      begun.resolve();
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      return {};
    });
    await jobs.start();
    const id = await jobs.enqueue({ name: 'work', payload: {} });
    await begun.promise;
    await jobs.stop();
    assert.equal((await jobs.get(id))?.state, 'pending');
  });

  it('answers a waiting caller with the state at its limit of time', async () => {
    const id = await jobs.enqueue({ name: 'nobody', payload: {} });
    assert.equal((await jobs.wait(id, 0)).state, 'pending');
    await assert.rejects(jobs.wait('12345', 0), NotFoundError);
  });

  it('sees jobs that another process settles', async () => {
    const id = await jobs.enqueue({ name: 'work', payload: {} });
    const waiting = jobs.wait(id, 5000);
    const [job] = await queue.dequeue(['work'], 1, 1000);
    await queue.acknowledge(id, job?.lease ?? '', { elsewhere: true });
    assert.deepEqual((await waiting).result, { elsewhere: true });
  });

  it('refuses two handlers of a name, and handlers after the start', async () => {
    handle(async () => ({}));
    assert.throws(() => handle(async () => ({})), ConflictError);
    await assert.rejects(jobs.drain(), UnavailableError);
    await jobs.start();
    assert.throws(() => handle(async () => ({}), { name: 'new' }), ConflictError);
  });

  it('forgets done jobs when they are old', async () => {
    handle(async () => ({}));
    await jobs.start();
    const id = await jobs.enqueue({ name: 'work', payload: {} });
    await jobs.drain();
    await jobs.stop();
    clock.advance(86_400_001);
    const later = make();
    await later.start();
    await queue.enqueue([{ name: 'other', payload: {}, attempts: 1 }]);
    assert.equal(await jobs.get(id), undefined);
  });

  it('counts tries by name and outcome', async () => {
    const metrics = new Metrics();
    jobs = make({ metrics });
    handle(async (_payload, { job }) => {
      if (job.attemptsLeft > 0) throw new Error('once more');
      return {};
    });
    await jobs.start();
    await jobs.enqueue({ name: 'work', payload: {}, attempts: 2 });
    await jobs.drain();
    const text = await metrics.registry.metrics();
    assert.match(text, /pinakes_jobs_seconds_count\{name="work",outcome="retry"\} 1/);
    assert.match(text, /pinakes_jobs_seconds_count\{name="work",outcome="done"\} 1/);
  });

  it('finishes every job although its process is killed in the middle', async () => {
    const file = path.join(folder, 'killed.db');
    const at = (name: string): string => new URL(name, import.meta.url).href;
    const child = `
      import { openSqliteQueue } from '${at('../../engines/queue/sqlite.ts')}';
      import { silentLog } from '${at('../../kernel/log.ts')}';
      import { createJobs } from '${at('./index.ts')}';
      import { writeSync } from 'node:fs';
      const clock = { now: () => Date.now() };
      const queue = openSqliteQueue({ path: ${JSON.stringify(file)}, clock, durability: 'process' });
      const jobs = createJobs({ queue, clock, log: silentLog });
      const run = async ({ n }) => { writeSync(1, n + '\\n'); return { n }; };
      jobs.handle({ name: 'work', concurrency: 4, leaseMs: 50, run });
      const submit = (n) => ({ name: 'work', payload: { n }, deduplicationKey: String(n) });
      await jobs.enqueueMany(Array.from({ length: 400 }, (_, n) => submit(n)));
      await jobs.start();`;
    await killAfter(child, 100);
    const later = new ManualClock(Date.now() + 60_000);
    const left = openSqliteQueue({ path: file, clock: later, durability: 'process' });
    const heir = make({ queue: left, clock: later });
    heir.handle({ name: 'work', concurrency: 4, run: async ({ n }) => ({ n: n ?? null }) });
    await heir.start();
    await heir.drain();
    const done = await left.list('done', 1000);
    assert.deepEqual(
      done.map((job) => job.result?.['n']).sort((a, b) => Number(a) - Number(b)),
      Array.from({ length: 400 }, (_, n) => n),
    );
    await heir.stop();
    await left.close();
  });
});
