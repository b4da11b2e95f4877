/**
 * A producer, a consumer and archivers that are killed again and again: every event that the log has is in exactly one file,
 * what was acknowledged is among them, and what has a key of its own counts once. Three rounds; PINAKES_TEST_ROUNDS sets
 * another number.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openFolderArchive } from '#engines/archive-store/folder';
import { parquetFiles } from '#engines/column-files/parquet';
import { openSegmentLog } from '#engines/event-log/segments';
import { openSqliteTallies } from '#engines/tallies/sqlite';
import { systemClock } from '#kernel/clock';
import { silentLog } from '#kernel/log';
import type { ArchiveRun, ArchiveVerification } from '#services/archive/contract';
import { createArchive, performTask } from '#services/archive/index';
import { killAfter } from './support/kill-after.ts';
import { freshFolder } from './support/site.ts';

const rounds = Number(process.env['PINAKES_TEST_ROUNDS'] ?? 3);
const batch = 20;
let folder: string;
before(async () => {
  folder = await freshFolder();
  await mkdir(path.join(folder, 'work'));
});
after(() => rm(folder, { recursive: true, force: true }));

const moduleAt = (name: string): string => new URL(`../src/${name}.ts`, import.meta.url).href;
const logOptions = { durability: 'process', segmentBytes: 200_000, partitions: 4, heartbeatMs: 20 } as const;
const limits = { events: 300, chars: 30_000 };
/** Whatever the machine's clock says, rounds pass hours, and what is archived is merged two rounds later. */
const shiftOf = (round: number): number => round * 70 * 60_000;

const opening = (follow: boolean, round: number): string => `
  import { openSegmentLog } from '${moduleAt('engines/event-log/segments')}';
  import { writeSync } from 'node:fs';
  const say = (value) => writeSync(1, JSON.stringify(value) + '\\n');
  const folder = ${JSON.stringify(folder)};
  const clock = { now: () => Date.now() + ${shiftOf(round)} };
  const log = await openSegmentLog({ ...${JSON.stringify({ ...logOptions, follow })}, folder: folder + '/log', clock });
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));`;

/** Sends what was not acknowledged again, under the same ids, as a browser does; then more. */
const producer = (from: number, round: number): string => `${opening(false, round)}
  for (let n = ${from}; ; n += ${batch}) {
    const events = Array.from({ length: ${batch} }, (_, i) => {
      const id = 'event-' + String(n + i).padStart(10, '0');
      return { key: 'actor-' + (n + i) % 17, value: { id, at: clock.now(), type: 'impression', v: 1, pinId: '5' } };
    });
    await log.append('actions', events);
    say(n + ${batch});
    await pause(2);
  }`;

/** Counts, then commits. */
const consumer = (round: number): string => `${opening(true, round)}
  import { openSqliteTallies } from '${moduleAt('engines/tallies/sqlite')}';
  const tallies = openSqliteTallies({ path: folder + '/tallies.sqlite', durability: 'process' });
  const member = await log.join('analytics', 'actions', { assigned() {}, async revoked() {}, lost() {} });
  for (;;) {
    for (const partition of member.partitions) {
      const from = await log.committed('analytics', 'actions', partition);
      const events = await log.read('actions', partition, from, 37);
      if (events.length === 0) continue;
      await tallies.add(events.map(({ value }) => ({ id: value.id, at: value.at, subject: 's', group: '', kind: 'seen' })));
      await member.commit(partition, events.at(-1).offset + 1);
    }
    say('looked');
    await pause(5);
  }`;

/** Archives what there is, the present hour too, again and again. */
const archiver = (round: number): string => `${opening(true, round)}
  import { mkdtemp } from 'node:fs/promises';
  import { openFolderArchive } from '${moduleAt('engines/archive-store/folder')}';
  import { parquetFiles } from '${moduleAt('engines/column-files/parquet')}';
  import { performTask } from '${moduleAt('services/archive/index')}';
  const store = await openFolderArchive(folder + '/archive');
  const work = await mkdtemp(folder + '/work/');
  const files = parquetFiles();
  const deps = { log, store, files, clock, work, limits: ${JSON.stringify(limits)} };
  const told = { ...store, place: store.place };
  for (const name of ['list', 'local', 'mirror', 'close']) told[name] = store[name].bind(store);
  for (const name of ['put', 'remove'])
    told[name] = async (...words) => { await store[name](...words); say(name); };
  const task = { kind: 'run', topics: ['actions'], open: Math.random() < 0.7 };
  for (;;) {
    await performTask({ ...deps, store: told }, task);
    say('ran');
    await pause(5);
  }`;

const lines = (most: number): number => 1 + Math.floor(Math.random() * most);

async function killInTurn(): Promise<number> {
  let acknowledged = 0;
  for (let round = 0; round < rounds; round++) {
    const pick = Math.random();
    const works: Promise<unknown>[] = [killAfter(archiver(round), lines(12))];
    if (Math.random() < 0.4) works.push(killAfter(archiver(round), lines(12)));
    if (round === 0 || pick < 0.8) {
      // The last batch may have been acknowledged and not said so: it is sent again in any case.
      const from = Math.max(0, acknowledged - batch);
      works.push(
        killAfter(producer(from, round), lines(150)).then((said) => {
          acknowledged = Math.max(acknowledged, Number(said.at(-1)));
        }),
      );
    }
    if (pick > 0.4) works.push(killAfter(consumer(round), lines(60)));
    await Promise.all(works);
  }
  return acknowledged;
}

test('every event is in exactly one file, whoever is killed when', async (t) => {
  const acknowledged = await killInTurn();
  const clock = { now: () => systemClock.now() + shiftOf(rounds + 2) };
  const log = await openSegmentLog({ ...logOptions, folder: path.join(folder, 'log'), clock });
  const [store, files] = [await openFolderArchive(path.join(folder, 'archive')), parquetFiles()];
  const work = await mkdtemp(path.join(folder, 'work', 'last-'));
  const deps = { log, store, files, clock, work, limits };
  const topics = ['actions'];
  const last = (await performTask(deps, { kind: 'run', topics, open: true })) as ArchiveRun;
  const found = (await performTask(deps, { kind: 'verify', topics, quick: false })) as ArchiveVerification;
  assert.deepEqual(found.problems, []);

  const archive = createArchive({
    ...deps,
    topics,
    logger: silentLog,
    perform: () => Promise.reject(new Error()),
  });
  const tallies = openSqliteTallies({ path: path.join(folder, 'tallies.sqlite'), durability: 'process' });
  const ids = new Set<string>();
  let events = 0;
  for (let partition = 0; partition < log.partitions; partition++) {
    const kept = (await Array.fromAsync(archive.read('actions', partition, { offset: 0 }))).flat();
    assert.deepEqual(
      kept.map(({ offset }) => offset),
      Array.from({ length: await log.end('actions', partition) }, (_, i) => i),
    );
    events += kept.length;
    const values = kept.map(({ value }) => value as { id: string; at: number });
    for (const { id } of values) ids.add(id);
    // The consumer's last word, out of the archive: what was counted already counts no more.
    await tallies.add(values.map(({ id, at }) => ({ ...{ id, at, subject: 's' }, group: '', kind: 'seen' })));
  }
  assert.equal(found.events, events);
  assert.equal(found.compared, events);
  for (let n = 0; n < acknowledged; n++) {
    const id = `event-${String(n).padStart(10, '0')}`;
    assert.ok(ids.has(id), `${id} was acknowledged`);
  }
  const days = await tallies.ofSubject('s', { from: 0, through: 1_000_000 });
  assert.equal(
    days.reduce((sum, { kinds }) => sum + (kinds.get('seen') ?? 0), 0),
    ids.size,
  );
  t.diagnostic(
    `${rounds} rounds: ${events} events in ${found.files} files; ${last.adopted} adopted, ${last.merged} merged at the end`,
  );
  await Promise.all([log.close(), tallies.close(), files.close()]);
});
