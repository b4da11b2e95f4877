import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '#kernel/clock';
import { fileCalls } from '../../../test/support/file-calls.ts';
import { killAfter } from '../../../test/support/kill-after.ts';
import { describeQueue } from './contract.ts';
import type { Queue } from './port.ts';
import { queueSchema } from './schema.ts';
import { openSqliteQueue } from './sqlite.ts';

describe('openSqliteQueue', () => {
  let folder: string;
  let files = 0;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-queue-'));
  });
  after(() => rm(folder, { recursive: true }));
  const fresh = (): string => path.join(folder, `${files++}`, 'queue.db');
  const open = (file: string): Queue =>
    openSqliteQueue({ path: file, clock: systemClock, durability: 'power' });

  for (const durability of ['process', 'power'] as const) {
    describeQueue(`honours the queue contract under ${durability}`, async (clock) =>
      openSqliteQueue({ path: fresh(), clock, durability }),
    );
  }

  it('syncs what it acknowledges, and neither leases nor their prolongations', async () => {
    const queue = open(fresh());
    assert.ok((await fileCalls(() => queue.enqueue([{ name: 'n', payload: {}, attempts: 1 }]))) > 0);
    let lease = '';
    let id = '';
    const take = async () => {
      const [job] = await queue.dequeue(['n'], 1, 60_000);
      [id, lease] = [job?.id ?? '', job?.lease ?? ''];
    };
    assert.equal(await fileCalls(take), 0);
    assert.equal(await fileCalls(() => queue.heartbeat(id, lease, 60_000)), 0);
    assert.ok((await fileCalls(() => queue.acknowledge(id, lease, {}))) > 0);
    assert.equal((await queue.get([id])).get(id)?.state, 'done');
    await queue.close();
  });

  /** A child that enqueues, takes and acknowledges jobs as fast as it can, printing each acknowledged step. */
  const busyChild = (file: string): string => `
    import { openSqliteQueue } from '${new URL('./sqlite.ts', import.meta.url)}';
    import { writeSync } from 'node:fs';
    const clock = { now: () => Date.now() };
    const queue = openSqliteQueue({ path: ${JSON.stringify(file)}, clock, durability: 'power' });
    const say = (verb) => (ids) => ids.forEach((id) => writeSync(1, verb + ' ' + id + '\\n'));
    for (;;) {
      const jobs = [1, 2, 3].map((n) => ({ name: 'n', payload: { n }, attempts: 2 }));
      await Promise.all([queue.enqueue(jobs).then(say('put')), queue.enqueue(jobs).then(say('put'))]);
      for (const { id, lease } of await queue.dequeue(['n'], 4, 1)) {
        queue.acknowledge(id, lease, { ok: id }).then((ok) => ok && say('done')([id]));
      }
    }`;

  it('keeps every acknowledged step of a process that is killed, again and again', async () => {
    const file = fresh();
    const said = { put: new Set<string>(), done: new Set<string>() };
    for (let round = 0; round < 4; round++) {
      for (const line of await killAfter(busyChild(file), 200 + round * 37)) {
        const [verb, id = ''] = line.split(' ');
        (verb === 'put' ? said.put : said.done).add(id);
      }
    }
    const queue = open(file);
    const jobs = await queue.get([...said.put, ...said.done]);
    assert.equal(jobs.size, new Set([...said.put, ...said.done]).size);
    for (const id of said.done) assert.deepEqual(jobs.get(id)?.result, { ok: id });
    const counts = await queue.counts();
    await queue.close();
    const db = new DatabaseSync(file);
    assert.equal(db.prepare('pragma integrity_check').get()?.['integrity_check'], 'ok');
    const rows = db.prepare('select count(*) as n from jobs').get()?.['n'];
    db.close();
    assert.equal(
      counts.reduce((sum, { count }) => sum + count, 0),
      rows,
    );
  });

  it('serves two openings of one file without leasing a job twice', async () => {
    const file = fresh();
    const [one, two] = [open(file), open(file)];
    const ids = await one.enqueue(
      Array.from({ length: 30 }, () => ({ name: 'n', payload: {}, attempts: 1 })),
    );
    const taken = await Promise.all(
      [1, 2, 3].flatMap(() => [one, two].map((q) => q.dequeue(['n'], 5, 60_000))),
    );
    assert.deepEqual(
      taken
        .flat()
        .map(({ id }) => Number(id))
        .sort((a, b) => a - b),
      ids.map(Number),
    );
    await Promise.all([one.close(), two.close()]);
  });

  it('keeps jobs over reopening', async () => {
    const file = fresh();
    const first = open(file);
    const [id = ''] = await first.enqueue([{ name: 'n', payload: { kept: true }, attempts: 1 }]);
    await first.close();
    const second = open(file);
    assert.deepEqual((await second.get([id])).get(id)?.payload, { kept: true });
    await second.close();
  });

  it('brings a file of an earlier version up to date, with its jobs', async () => {
    const file = fresh();
    await mkdir(path.dirname(file), { recursive: true });
    const old = new DatabaseSync(file);
    old.exec(queueSchema[0] ?? '');
    old.exec(`pragma user_version = 1; insert into jobs
      (name, payload, priority, stage, attempts, attempts_left, run_after, created_at, updated_at)
      values ('n', '{"kept":true}', 0, 'ready', 3, 3, 5, 5, 5)`);
    old.close();
    const queue = open(file);
    await queue.setPolicy('n', { concurrency: 1 });
    const [job] = await queue.dequeue(['n'], 2, 1000);
    assert.deepEqual(job?.payload, { kept: true });
    assert.equal((await queue.stats())[0]?.running, 1);
    await queue.close();
  });

  it('takes and finds jobs without walking over others, however many there are', async () => {
    const file = fresh();
    await open(file).close();
    const db = new DatabaseSync(file);
    const plan = (sql: string): string =>
      db
        .prepare(`explain query plan ${sql}`)
        .all()
        .map((row) => String(row['detail']))
        .join('\n');
    assert.match(
      plan(`select id from jobs where stage = 'ready' and name = 'n' order by priority desc, id limit 1`),
      /^SEARCH jobs USING COVERING INDEX jobs_ready \(name=\?\)$/,
    );
    assert.match(
      plan(`update jobs set stage = 'ready' where stage = 'delayed' and name = 'n' and run_after <= 5`),
      /^SEARCH jobs USING .*INDEX jobs_delayed \(name=\? AND run_after<\?\)$/,
    );
    assert.match(
      plan(`update jobs set lease = null where stage = 'running' and name = 'n' and lease_until <= 5`),
      /^SEARCH jobs USING .*INDEX jobs_running \(name=\? AND lease_until<\?\)$/,
    );
    db.close();
  });
});
