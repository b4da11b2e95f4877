/** Jobs on a real MariaDB: a whole site, and workers in processes of their own that are killed. */
import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openMysqlQueue } from '#engines/queue/mysql';
import { systemClock } from '#kernel/clock';
import { silentLog } from '#kernel/log';
import { createJobs } from '#services/jobs/index';
import { killAfter } from './support/kill-after.ts';
import { type MariadbServer, startMariadb } from './support/mariadb.ts';
import { photo } from './support/pictures.ts';
import { startSite } from './support/site.ts';

const rounds = Number(process.env['PINAKES_JOB_KILLS'] ?? 4);
const leaseMs = 600;

let server: MariadbServer;
before(async () => {
  server = await startMariadb();
});
after(() => server.stop());

test('a site keeps its jobs on the server that it is told, over restarts', async () => {
  const site = await startSite({ queue: { kind: 'mysql', url: server.url } });
  const owner = await site.member('ada');
  const board = await owner.board('Harbours');
  await owner.pin(board.id, await photo('boats'));
  await site.drain();
  await site.app.services.jobs.setPolicy('refit-projection', { isPaused: true });
  const again = await site.restart();
  try {
    const [row] = await server.query('select count(*) as n from pinakes_queue.jobs where stage = 3');
    assert.ok(Number(row?.['n']) >= 1);
    const queues = await again.app.services.jobs.queues();
    assert.equal(queues.find(({ name }) => name === 'refit-projection')?.policy.isPaused, true);
    assert.equal(queues.find(({ name }) => name === 'process-picture')?.done, 1);
    await assert.rejects(access(path.join(again.data, 'queue.sqlite')));
  } finally {
    await again.stop();
  }
});

test('workers that share a queue seldom ask in vain, though only one of them hears of new jobs', async () => {
  const open = () => openMysqlQueue({ url: server.url, database: 'shared', clock: systemClock });
  const queues = [open(), open(), open()];
  const workers = queues.map((queue) => createJobs({ queue, clock: systemClock, log: silentLog }));
  for (const one of workers) one.handle({ name: 'work', concurrency: 4, run: async () => ({}) });
  await Promise.all(workers.map((one) => one.start()));
  const [teller] = workers;
  assert.ok(teller);
  for (let round = 0; round < 30; round += 1) {
    await teller.enqueueMany(Array.from({ length: (round % 5) * 10 }, () => ({ name: 'work', payload: {} })));
    await teller.drain();
  }
  const views = await Promise.all(workers.map((one) => one.queues()));
  const dequeues = views.flatMap((all) => all.map((queue) => queue.dequeues));
  const sum = (pick: (one: { all: number; empty: number }) => number) =>
    dequeues.reduce((total, one) => total + pick(one), 0);
  const [all, empty] = [sum((one) => one.all), sum((one) => one.empty)];
  await Promise.all(workers.map((one) => one.stop()));
  await Promise.all(queues.map((queue) => queue.close()));
  assert.ok(all >= 100, `${all} dequeues`);
  assert.ok(empty / all < 0.05, `${empty} of ${all} found nothing`);
});

const at = (name: string): string => new URL(name, import.meta.url).href;

/** A worker that says what it begins, and what is stored as done. */
const workerOf = (url: string): string => `
  import { openMysqlQueue } from '${at('../src/engines/queue/mysql.ts')}';
  import { silentLog } from '${at('../src/kernel/log.ts')}';
  import { createJobs } from '${at('../src/services/jobs/index.ts')}';
  import { writeSync } from 'node:fs';
  const clock = { now: () => Date.now() };
  const queue = openMysqlQueue({ url: '${url}', database: 'kills', clock });
  const jobs = createJobs({ queue, clock, log: silentLog, backoff: { baseMs: 1, capMs: 5 } });
  const say = (verb, key) => writeSync(1, verb + ' ' + key + ' ' + Date.now() + '\\n');
  const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
  jobs.handle({
    name: 'work', concurrency: 5, leaseMs: ${leaseMs},
    async run({ key }) { say('run', key); await pause(); return { key }; },
    settled: (job, state) => say(state, job.payload.key),
  });
  await jobs.start();
  setInterval(() => undefined, 1000);`;

test(`pairs of workers, both killed ${rounds} times, do each job, and none twice`, {
  timeout: 100_000 + rounds * 5000,
}, async () => {
  const queue = openMysqlQueue({ url: server.url, database: 'kills', clock: systemClock });
  const done = new Map<string, number>();
  const begun: [key: string, at: number][] = [];
  const hear = (lines: readonly string[]) => {
    for (const [verb, key = '', time] of lines.map((line) => line.split(' '))) {
      if (verb === 'run') begun.push([key, Number(time)]);
      if (verb !== 'done') continue;
      assert.ok(!done.has(key), `${key} is done once`);
      done.set(key, Number(time));
    }
  };
  const keys: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const own = Array.from({ length: 60 }, (_, n) => `${round}-${n}`);
    keys.push(...own);
    const all = own.map((key) => ({ name: 'work', payload: { key }, deduplicationKey: key, attempts: 1000 }));
    const [once, twice] = await Promise.all([queue.enqueue(all), queue.enqueue(all)]);
    assert.deepEqual(once, twice);
    const some = () => 1 + Math.floor(Math.random() * 40);
    const pair = [killAfter(workerOf(server.url), some()), killAfter(workerOf(server.url), some())];
    for (const lines of await Promise.all(pair)) hear(lines);
  }
  const heir = createJobs({ queue, clock: systemClock, log: silentLog });
  heir.handle({ name: 'work', concurrency: 8, run: async ({ key }) => ({ key: key ?? null }) });
  await heir.start();
  await heir.drain();
  const stored = await queue.list('done', 100_000);
  const answers = stored.map(({ result }) => String(result?.['key']));
  await heir.stop();
  await queue.close();
  assert.deepEqual(answers.sort(), keys.sort());
  for (const [key, time] of begun)
    assert.ok(time <= (done.get(key) ?? Number.POSITIVE_INFINITY), `${key} is not begun once it is done`);
});
