/** One queue over real MariaDB servers that are killed, come back, and are promoted. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openQueueOnShards } from '#apps/compose-job-shards';
import { promoteBackend } from '#apps/compose-promotion';
import { birthplaceOf } from '#engines/queue/job-shard';
import { openMysqlQueue } from '#engines/queue/mysql';
import type { Queue } from '#engines/queue/port';
import { openFileRegistry } from '#engines/registry/file';
import { systemClock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import { silentLog } from '#kernel/log';
import type { Jobs } from '#services/jobs/contract';
import { createJobs } from '#services/jobs/index';
import { FailoverBed } from './support/failover-bed.ts';
import { shardedQueue } from './support/job-shards.ts';
import { type MariadbServer, startMariadb } from './support/mariadb.ts';

/** Milliseconds that an enqueue may take at most while a server dies, on a machine that does much else. */
const patienceMs = 5000;

describe('jobs over two servers', () => {
  const servers: MariadbServer[] = [];
  before(async () => {
    servers.push(await startMariadb(), await startMariadb());
  });
  after(() => Promise.all(servers.map((server) => server.stop())));

  const openQueue = (database: string): Queue =>
    shardedQueue(2, systemClock, (number) =>
      openMysqlQueue({
        url: servers[number]?.url ?? '',
        database,
        number,
        statementMs: 5000,
        clock: systemClock,
      }),
    );
  const openJobs = (queue: Queue): Jobs =>
    createJobs({ queue, clock: systemClock, log: silentLog, backoff: { baseMs: 1, capMs: 5 } });

  it('are stored once a key, wherever they are enqueued', async () => {
    const [one, two] = [openQueue('keyed_jobs'), openQueue('keyed_jobs')];
    const all = Array.from({ length: 40 }, (_, n) => ({
      name: 'work',
      payload: {},
      attempts: 1,
      deduplicationKey: `${n}`,
    }));
    const [first, second] = await Promise.all([one.enqueue(all), two.enqueue(all.toReversed())]);
    assert.deepEqual(first, second.toReversed());
    assert.deepEqual([...new Set(first.map(birthplaceOf))].sort(), [0, 1]);
    assert.deepEqual(await two.counts(), [{ name: 'work', state: 'pending', count: 40 }]);
    await Promise.all([one.close(), two.close()]);
  });

  it('are never more at once than their limit, also one that is set while they run', async () => {
    const queues = [openQueue('limits'), openQueue('limits')];
    const workers = queues.map(openJobs);
    const [first] = workers;
    assert.ok(first);
    let [running, most, isLimited] = [0, 0, false];
    for (const jobs of workers)
      jobs.handle({
        name: 'work',
        concurrency: 8,
        async run() {
          running += 1;
          if (isLimited) most = Math.max(most, running);
          await queues[0]?.depth('work');
          running -= 1;
          return {};
        },
      });
    const put = () =>
      Promise.all(Array.from({ length: 60 }, () => first.enqueue({ name: 'work', payload: {} })));
    await put();
    await Promise.all(workers.map((jobs) => jobs.start()));
    await first.setPolicy('work', { concurrency: 3 });
    // What was begun before the limit ends; from here on it holds.
    while (running > 3) await queues[0]?.depth('work');
    isLimited = true;
    await put();
    await Promise.all(workers.map((jobs) => jobs.drain()));
    const [stats] = await first.queues();
    assert.equal(stats?.done, 120);
    assert.ok(most > 0 && most <= 3, `${most} at once`);
    await Promise.all(workers.map((jobs) => jobs.stop()));
    await Promise.all(queues.map((queue) => queue.close()));
  });

  it('seldom are asked for in vain by workers of several processes', async () => {
    const queues = [openQueue('looks'), openQueue('looks')];
    const workers = queues.map(openJobs);
    const [first] = workers;
    assert.ok(first);
    for (const jobs of workers) jobs.handle({ name: 'work', concurrency: 4, run: async () => ({}) });
    await Promise.all(workers.map((jobs) => jobs.start()));
    for (let round = 0; round < 30; round += 1) {
      const some = Array.from({ length: (round % 5) * 10 }, () => ({ name: 'work', payload: {} }));
      await Promise.all(some.map((one) => first.enqueue(one)));
      await first.drain();
    }
    const views = (await Promise.all(workers.map((jobs) => jobs.queues()))).flat();
    const all = views.reduce((sum, { dequeues }) => sum + dequeues.all, 0);
    const empty = views.reduce((sum, { dequeues }) => sum + dequeues.empty, 0);
    await Promise.all(workers.map((jobs) => jobs.stop()));
    await Promise.all(queues.map((queue) => queue.close()));
    assert.ok(all >= 100, `${all} dequeues`);
    assert.ok(empty / all < 0.05, `${empty} of ${all} found nothing`);
  });

  it('go on when one server is killed under load; none that was acknowledged is lost', async () => {
    const [, mortal] = servers;
    assert.ok(mortal);
    const queue = openQueue('kills');
    const jobs = openJobs(queue);
    const ran = new Set<string>();
    jobs.handle({
      name: 'work',
      concurrency: 8,
      leaseMs: 1500,
      async run({ key }) {
        ran.add(String(key));
        return {};
      },
    });
    await jobs.start();
    const acknowledged = new Map<string, string>();
    let [isOver, slowest, refused] = [false, 0, 0];
    const put = async (key: string): Promise<void> => {
      const deduplicationKey = key.endsWith('7') ? key : undefined;
      const begun = performance.now();
      try {
        const id = await jobs.enqueue({ name: 'work', payload: { key }, attempts: 1000, deduplicationKey });
        acknowledged.set(key, id);
      } catch (error) {
        assert.ok(error instanceof UnavailableError);
        refused += 1;
      }
      slowest = Math.max(slowest, performance.now() - begun);
    };
    const callers = ['a', 'b', 'c', 'd'].map(async (caller) => {
      for (let n = 0; !isOver; n += 1) await put(`${caller}${n}`);
    });
    const until = async (count: number) => {
      while (acknowledged.size < count) await queue.depth('work');
    };
    await until(100);
    await mortal.kill();
    const dead = acknowledged.size;
    await until(dead + 300);
    await mortal.start();
    await until(dead + 600);
    isOver = true;
    await Promise.all(callers);
    const back = Promise.withResolvers<void>();
    queue.onEnqueue((names) => names === undefined && back.resolve());
    if ((await queue.get([...acknowledged.values()]).catch(() => undefined)) === undefined)
      await back.promise;
    await jobs.drain();
    const stored = await queue.get([...acknowledged.values()]);
    assert.deepEqual(
      [...acknowledged.keys()].filter((key) => !ran.has(key)),
      [],
    );
    const open = [...acknowledged.values()].filter((id) => stored.get(id)?.state !== 'done');
    assert.deepEqual(open, []);
    assert.ok(refused <= 4, `${refused} refused, one a caller at most`);
    assert.ok(slowest < patienceMs, `an enqueue took ${slowest} ms`);
    await jobs.stop();
    await queue.close();
  });

  it('are stored in time while a server stands still', async () => {
    const [, still] = servers;
    assert.ok(still);
    const queue = openQueue('stands');
    await Promise.all(
      Array.from({ length: 4 }, () => queue.enqueue([{ name: 'work', payload: {}, attempts: 1 }])),
    );
    still.pause();
    const begun = performance.now();
    const keyed = Array.from({ length: 20 }, (_, n) => ({
      name: 'work',
      payload: {},
      attempts: 1,
      deduplicationKey: `${n}`,
    }));
    await Promise.all(keyed.map((one) => queue.enqueue([one])));
    assert.ok(performance.now() - begun < patienceMs);
    assert.ok((await queue.dequeue(['work'], 100, 60_000)).length >= 20);
    still.resume();
    await queue.close();
  });
});

describe('jobs over servers with replicas', () => {
  let bed: FailoverBed;
  let folder = '';
  before(async () => {
    bed = await FailoverBed.start();
    folder = await mkdtemp(path.join(tmpdir(), 'pinakes-job-shards-'));
  });
  after(async () => {
    await bed.stop();
    await rm(folder, { recursive: true });
  });

  it('follow the promotion of an engine, and lose none that was acknowledged', async () => {
    const registry = await openFileRegistry({ folder: path.join(folder, 'run') });
    const queue = await openQueueOnShards(
      { registry, shards: bed.router, log: silentLog },
      { openFile: () => assert.fail('there is no file'), leaveFile: async () => undefined },
    );
    const put = async (count: number) =>
      (
        await Promise.all(
          Array.from({ length: count }, () => queue.enqueue([{ name: 'work', payload: {}, attempts: 5 }])),
        )
      ).flat();
    const ids = await put(20);
    const isBack = new Promise<void>((resolve) => {
      queue.onEnqueue((names) => names === undefined && resolve());
    });
    await bed.a.primary.kill();
    ids.push(...(await put(1).catch(() => [])), ...(await put(10)));
    await promoteBackend(bed.router, 'a');
    await isBack;
    assert.equal((await queue.get(ids)).size, ids.length);
    const taken = await queue.dequeue(['work'], 100, 60_000);
    assert.equal(taken.length, ids.length);
    for (const { id, lease } of taken) assert.equal(await queue.acknowledge(id, lease, {}), true);
    assert.deepEqual([...new Set((await put(8)).map(birthplaceOf))].sort(), [0, 1]);
    const [row] = await bed.a.replica.query('select count(*) as n from pinakes_queue.jobs');
    assert.ok(Number(row?.['n']) >= 10);
    await queue.close();
    await registry.close();
  });
});
