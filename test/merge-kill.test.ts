/**
 * A process that merges the archive's small files is killed again and again, while others read: whoever reads, reads each event
 * once at any moment, and the next run leaves each event in exactly one file. Three rounds; PINAKES_TEST_ROUNDS sets another
 * number.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { duckdbWarehouse } from '#engines/warehouse/duckdb';
import { actionsTopic } from '#services/actions/contract';
import type { Archive } from '#services/archive/contract';
import { createQueries } from '#services/queries/index';
import { ArchiveBed } from './support/archive-bed.ts';
import { killAfter } from './support/kill-after.ts';

const rounds = Number(process.env['PINAKES_TEST_ROUNDS'] ?? 3);
const hours = 3;
const hourMs = 60 * 60 * 1000;
let bed: ArchiveBed;
let archive: Archive;
before(async () => {
  bed = await ArchiveBed.open(4);
  archive = bed.archive();
});
after(() => bed.close());

const moduleAt = (name: string): string => new URL(`../src/${name}.ts`, import.meta.url).href;

/** Merges what there is, telling each step before and after it is done; slowly enough to die in between. */
const merging = (): string => `
  import { writeSync } from 'node:fs';
  import { mkdtemp } from 'node:fs/promises';
  import { openFolderArchive } from '${moduleAt('engines/archive-store/folder')}';
  import { parquetFiles } from '${moduleAt('engines/column-files/parquet')}';
  import { openSegmentLog } from '${moduleAt('engines/event-log/segments')}';
  import { performTask } from '${moduleAt('services/archive/index')}';
  import { setTimeout as pause } from 'node:timers/promises';
  const say = (value) => writeSync(1, value + '\\n');
  const clock = { now: () => ${bed.clock.now()} };
  const folder = ${JSON.stringify(bed.folder)};
  const log = await openSegmentLog({ folder: folder + '/log', durability: 'process', clock, follow: true, heartbeatMs: 20 });
  const store = await openFolderArchive(folder + '/archive');
  const told = { ...store, place: store.place };
  for (const name of ['list', 'local', 'mirror', 'close']) told[name] = store[name].bind(store);
  for (const name of ['put', 'remove'])
    told[name] = async (...words) => {
      say(name);
      await pause(Math.random() * 15);
      await store[name](...words);
      say(name + ' done');
    };
  const work = await mkdtemp(folder + '/work/');
  const deps = { log, store: told, files: parquetFiles(), clock, work };
  for (;;) {
    await performTask(deps, { kind: 'run', topics: ['${actionsTopic}'], open: false });
    say('ran');
  }`;

async function assertReadsOnce(): Promise<void> {
  for (const [partition, logged] of (await bed.logged(actionsTopic)).entries()) {
    const read = (await Array.fromAsync(archive.read(actionsTopic, partition, { offset: 0 }))).flat();
    assert.deepEqual(read, logged);
  }
}

/** Reads all the while something goes on, and how often. */
async function readWhile(work: Promise<unknown>): Promise<number> {
  let isOver = false;
  const ends = work.finally(() => {
    isOver = true;
  });
  let reads = 0;
  do {
    await assertReadsOnce();
    reads++;
  } while (!isOver);
  await ends;
  return reads;
}

test('each event is read once and is in one file at last, whenever a merge is killed', async (t) => {
  const queries = createQueries({ archive, warehouse: duckdbWarehouse() });
  let [events, reads, leftOver] = [0, 0, 0];
  const assertAskedOnce = async () => {
    const { rows } = await queries.ask({ sql: 'select count(*), count(distinct event_id) from actions' });
    assert.deepEqual(rows, [[events, events]]);
  };
  try {
    for (let round = 0; round < rounds; round++) {
      for (let hour = 0; hour < hours; hour++, bed.clock.advance(hourMs), events += 40)
        await bed.act(40, events);
      await archive.run({ open: true });
      bed.clock.advance(3 * hourMs);
      // Two steps, told before and after, for each file.
      const steps = 1 + Math.floor(Math.random() * hours * (1 + bed.log.partitions) * 2);
      reads += await readWhile(killAfter(merging(), steps));
      await assertReadsOnce();
      await assertAskedOnce();
      leftOver += (await archive.verify({ quick: true })).problems.length;
    }
    await archive.run();
    const found = await archive.verify();
    assert.deepEqual([found.problems, found.events, found.compared], [[], events, events]);
    assert.equal(found.files, rounds * hours);
    await assertReadsOnce();
    await assertAskedOnce();
  } finally {
    await queries.close();
  }
  t.diagnostic(
    `${rounds} rounds: ${events} events, read ${reads} times, ${leftOver} files left over on the way`,
  );
});
