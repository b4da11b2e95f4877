/**
 * Workers that are killed at random moments, again and again. Jobs are enqueued by the workers too, each with a key of its
 * own and more than once. Five rounds in the ordinary run; PINAKES_JOB_KILLS sets another number.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openSqliteQueue } from '#engines/queue/sqlite';
import { systemClock } from '#kernel/clock';
import { killAfter } from './support/kill-after.ts';

const rounds = Number(process.env['PINAKES_JOB_KILLS'] ?? 5);
/** How many jobs each round adds, and how long a lease lasts. */
const perRound = 120;
const leaseMs = 400;

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pinakes-kills-'));
});
after(() => rm(folder, { recursive: true }));

const at = (name: string): string => new URL(name, import.meta.url).href;

/** A worker that enqueues its round's jobs twice and works until it is killed, saying what it begins and what is stored as done. */
const workerOf = (file: string, round: number): string => `
  import { openSqliteQueue } from '${at('../src/engines/queue/sqlite.ts')}';
  import { silentLog } from '${at('../src/kernel/log.ts')}';
  import { createJobs } from '${at('../src/services/jobs/index.ts')}';
  import { writeSync } from 'node:fs';
  const clock = { now: () => Date.now() };
  const queue = openSqliteQueue({ path: ${JSON.stringify(file)}, clock, durability: 'power' });
  const jobs = createJobs({ queue, clock, log: silentLog, backoff: { baseMs: 1, capMs: 5 } });
  const say = (verb, what) => writeSync(1, verb + ' ' + what + ' ' + Date.now() + '\\n');
  const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
  jobs.handle({
    name: 'work',
    concurrency: 6,
    leaseMs: ${leaseMs},
    async run({ key, step }, { checkpoint }) {
      say('run', key);
      await pause();
      if (step === 0) await checkpoint({ key, step: 1 });
      await pause();
      if (Math.random() < 0.05) throw new Error('now and then');
      return { key };
    },
    settled: (job, state) => say(state, job.payload.key),
  });
  const submit = (n) => ({
    name: 'work', payload: { key: '${round}-' + n, step: 0 }, deduplicationKey: '${round}-' + n, attempts: 1000,
  });
  const all = Array.from({ length: ${perRound} }, (_, n) => submit(n));
  await Promise.all([jobs.enqueueMany(all), jobs.enqueueMany(all)]);
  for (const { deduplicationKey } of all) say('put', deduplicationKey);
  await jobs.start();
  await jobs.drain();
  say('drained', ${round});
  setInterval(() => undefined, 1000);`;

interface Told {
  readonly put: Set<string>;
  /** When each job was said to be done, and every time one was begun. */
  readonly done: Map<string, number>;
  readonly runs: { readonly key: string; readonly at: number }[];
}

function hear(told: Told, lines: readonly string[]): void {
  for (const line of lines) {
    const [verb, key = '', time] = line.split(' ');
    if (verb === 'put') told.put.add(key);
    if (verb === 'run') told.runs.push({ key, at: Number(time) });
    assert.notEqual(verb, 'failed', `${key} failed`);
    if (verb !== 'done') continue;
    assert.ok(!told.done.has(key), `${key} is done once`);
    told.done.set(key, Number(time));
  }
}

test(`each job is done, and none twice, over ${rounds} kills of its worker`, {
  timeout: 60_000 + rounds * 5000,
}, async () => {
  const file = path.join(folder, 'queue.db');
  const told: Told = { put: new Set(), done: new Map(), runs: [] };
  for (let round = 0; round < rounds; round += 1) {
    const lines = 1 + Math.floor(Math.random() * 3 * perRound);
    hear(told, await killAfter(workerOf(file, round), lines));
  }
  // The last one does what the others left behind.
  const isDrained = (lines: readonly string[]) => lines.some((line) => line.startsWith('drained'));
  hear(told, await killAfter(workerOf(file, rounds), isDrained));
  const queue = openSqliteQueue({ path: file, clock: systemClock, durability: 'power' });
  const counts = await queue.counts();
  const done = await queue.list('done', perRound * (rounds + 2));
  await queue.close();
  const keys = done.map(({ result }) => String(result?.['key']));
  assert.equal(new Set(keys).size, keys.length, 'one job a key');
  for (const key of told.put) assert.ok(keys.includes(key), `${key} is done`);
  assert.deepEqual(counts, [{ name: 'work', state: 'done', count: keys.length }]);
  for (const { key, at: begun } of told.runs) {
    assert.ok(
      begun <= (told.done.get(key) ?? Number.POSITIVE_INFINITY),
      `${key} is not begun once it is done`,
    );
  }
});
