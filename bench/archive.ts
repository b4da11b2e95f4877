/**
 * `archive`: events a second from the log into Parquet files, every step included: reading the log, rows, files, their syncs,
 * commits. `size` is events, impressions of some 280 bytes. The peer makes Parquet of the same events from lines of JSON on
 * disk, by DuckDB alone; the limit is DuckDB copying the same rows out of a table in memory, bare, with the same settings.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { openFolderArchive } from '#engines/archive-store/folder';
import { parquetFiles } from '#engines/column-files/parquet';
import type { NewEvent } from '#engines/event-log/port';
import { openSegmentLog, type SegmentLog } from '#engines/event-log/segments';
import { systemClock } from '#kernel/clock';
import { actionsTopic } from '#services/actions/contract';
import { performTask } from '#services/archive/index';
import { type Bench, inTurn, median, medianRatio, seconds } from './bench.ts';

const rounds = 3;
const batch = 1000;

const eventOf = (n: number): NewEvent => ({
  key: String(241294492511762325n + BigInt(n % 5000)),
  value: {
    ...{
      id: `impression-${String(n).padStart(10, '0')}`,
      at: 1_767_225_600_000 + n,
      receivedAt: 1_767_225_600_100 + n,
    },
    ...{
      type: 'impression',
      v: 1,
      actor: String(241294492511762325n + BigInt(n % 5000)),
      device: `device-${n % 5000}-0123`,
    },
    ...{ surface: 'home', pinId: String(241294492511762325n + BigInt((n * 7919) % 100_000)) },
    ...{ boardId: String(241294492511762325n + BigInt((n * 31) % 777)), rank: n % 50 },
  },
});

async function fill(log: SegmentLog, size: number, lines: string): Promise<void> {
  for (let from = 0; from < size; from += batch) {
    const events = Array.from({ length: Math.min(batch, size - from) }, (_, i) => eventOf(from + i));
    await log.append(actionsTopic, events);
    const text = events.map(({ value }) => `${JSON.stringify(value)}\n`).join('');
    await writeFile(lines, text, { flag: 'a' });
  }
}

/** Archives everything anew into a folder of its own. */
async function archiveAll(log: SegmentLog, folder: string): Promise<string> {
  const place = await mkdtemp(path.join(folder, 'archive-'));
  const work = await mkdtemp(path.join(folder, 'work-'));
  const files = parquetFiles();
  const deps = { log, store: await openFolderArchive(place), files, clock: systemClock, work };
  for (let partition = 0; partition < log.partitions; partition++)
    await log.commit('archive', actionsTopic, partition, 0);
  await performTask(deps, { kind: 'run', topics: [actionsTopic], open: true });
  await files.close();
  return place;
}

async function openBare(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  return instance.connect();
}

const copyTo = (what: string, file: string): string =>
  `copy ${what} to '${file}' (format parquet, compression zstd, row_group_size 10240)`;

async function measure(size: number, folder: string) {
  const lines = path.join(folder, 'lines.ndjson');
  const log = await openSegmentLog({
    folder: path.join(folder, 'log'),
    durability: 'process',
    clock: systemClock,
  });
  await fill(log, size, lines);
  const place = await archiveAll(log, folder);
  const bare = await openBare();
  await bare.run(`create table t as from read_parquet('${place}/*/*/*/*.parquet')`);
  let copies = 0;
  const out = (): string => path.join(folder, `copy-${copies++}.parquet`);
  const timed = async (work: () => Promise<unknown>): Promise<number> => size / (await seconds(work));
  const { a, b } = await inTurn(
    rounds,
    () => timed(() => archiveAll(log, folder)),
    async () => ({
      table: await timed(() => bare.run(copyTo('t', out()))),
      json: await timed(() => bare.run(copyTo(`(from read_json('${lines}'))`, out()))),
    }),
  );
  bare.closeSync();
  await log.close();
  return { ours: a, table: b.map(({ table }) => table), json: b.map(({ json }) => json) };
}

/** The benchmark. */
export const archiveBench: Bench = {
  name: 'archive',
  defaultSize: 500_000,
  async run(size) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-bench-'));
    try {
      const { ours, table, json } = await measure(size, folder);
      return {
        ours: { events_per_s: median(ours) },
        peer: { json_lines_to_parquet_per_s: median(json) },
        limit: { rows_to_parquet_per_s: median(table) },
        ratio: { peer: medianRatio(ours, json), limit: medianRatio(ours, table) },
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
