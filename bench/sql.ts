/**
 * `sql`: a question that groups `size` events of the archive, by the service with all its guards (a process of its own, the
 * parsed statement, fresh views), against DuckDB bare in this process on the same files with as many threads. `first_s` is
 * the first question of all, which starts the process.
 */
import { glob, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { duckdbWarehouse } from '#engines/warehouse/duckdb';
import type { ArchiveMirror } from '#services/archive/contract';
import { createQueries } from '#services/queries/index';
import { type Bench, inTurn, median, medianRatio, seconds } from './bench.ts';

const rounds = 5;
const threads = 2;
const days = 10;

const grouping = (table: string): string => `select type, surface, count(*) as events,
    count(distinct actor) as people, avg(rank) as mean_rank
  from ${table} group by type, surface order by type, surface`;

/** Writes events as the archive has them: a day's in one folder, 61 row groups a million. */
async function writeDays(bare: DuckDBConnection, size: number, folder: string): Promise<void> {
  for (let day = 0; day < days; day++) {
    const count = Math.floor(size / days) + (day < size % days ? 1 : 0);
    const rows = `select 'event-' || lpad((i + ${day * count})::varchar, 12, '0') as event_id,
        ['impression', 'impression', 'impression', 'closeup', 'click', 'save'][(1 + hash(i) % 6)::bigint] as type,
        1::integer as version, (241294492511762325 + (hash(i * 3) % 50000)::bigint) as actor,
        to_timestamp(1767225600 + ${day} * 86400 + i % 86400) as happened_at,
        to_timestamp(1767225600 + ${day} * 86400 + i % 86400) as logged_at,
        'device-' || (hash(i * 3) % 50000)::varchar as device,
        ['home', 'search', 'closeup', 'board'][(1 + hash(i * 7) % 4)::bigint] as surface,
        (241294492511762325 + (hash(i * 11) % 1000000)::bigint) as pin_id,
        (241294492511762325 + (hash(i * 13) % 20000)::bigint) as board_id,
        null::bigint as object_id, (hash(i * 17) % 50)::integer as rank,
        null::integer as shard, null::bigint as sequence, '' as key, 0::integer as log_partition,
        i as log_offset, '{}' as body, '{}' as envelope, '2026-01-${String(day + 1).padStart(2, '0')}' as dt, '00' as hr, 'actions' as topic
      from range(${count}) t(i)`;
    await bare.run(`copy (${rows}) to '${folder}' (format parquet, compression zstd, row_group_size 10240,
      partition_by (topic, dt, hr), append, filename_pattern 'actions-0-{uuid}')`);
  }
}

/** All files of a folder, as an archive tells of them. */
async function filesIn(folder: string): Promise<ArchiveMirror> {
  return { folder, names: await Array.fromAsync(glob('topic=*/dt=*/hr=*/*.parquet', { cwd: folder })) };
}

/** The benchmark. */
export const sqlBench: Bench = {
  name: 'sql',
  defaultSize: 10_000_000,
  async run(size) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-bench-'));
    const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
    const bare = await instance.connect();
    const warehouse = duckdbWarehouse({ threads });
    const queries = createQueries({ archive: { mirror: () => filesIn(folder) }, warehouse });
    try {
      await writeDays(bare, size, folder);
      const ask = () => seconds(() => queries.ask({ sql: grouping('actions') }));
      const files = `read_parquet('${folder}/topic=actions/dt=*/hr=*/*.parquet', hive_partitioning = true)`;
      const bareAsk = () => seconds(() => bare.runAndReadAll(grouping(files)));
      const first = await ask();
      await bareAsk();
      const { a, b } = await inTurn(rounds, ask, bareAsk);
      return {
        ours: { group_by_s: median(a), first_s: first },
        peer: { duckdb_s: median(b) },
        limit: {},
        ratio: { duckdb: medianRatio(b, a) },
      };
    } finally {
      await queries.close();
      bare.closeSync();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
