/**
 * `migrate`: a library of `size` pins moves from SQLite to a MariaDB that the benchmark starts, while people read 200
 * pages and save 20 pins a second. Rows a second while copying; requests that failed, saves that were lost and rows that
 * differ at the end, all of which must be 0; reads during the move against before it; how long writers of a shard waited.
 * The limit is the same copying with nobody to be careful of.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLruCache } from '#engines/cache/lru';
import { openFileRegistry } from '#engines/registry/file';
import { openMysqlShards } from '#engines/shards/mysql';
import { openRoutedShards } from '#engines/shards/routed';
import type { ShardRouter } from '#engines/shards/routing';
import { openSqliteShards } from '#engines/shards/sqlite';
import type { BackendSpec } from '#engines/shards/topology';
import type { MovableShards } from '#engines/shards/transfer';
import { systemClock } from '#kernel/clock';
import { silentLog } from '#kernel/log';
import type { Migrations, Phase } from '#services/migrations/contract';
import { createMigrations } from '#services/migrations/index';
import { createStore } from '#services/store/index';
import { startMariadb } from '../test/support/mariadb.ts';
import type { Bench } from './bench.ts';
import { fill, PinMaker } from './migrate-library.ts';
import { SteadyLoad } from './migrate-load.ts';

const count = 64;
const warmSeconds = 3;
const baselineSeconds = 15;
const limitSeconds = 5;
const limitRows = 200;
const warmShards = 8;

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Makes the tables of a shard by a row in each. */
async function warm(from: MovableShards, to: MovableShards, shard: number): Promise<void> {
  for (const table of await from.tables(shard)) {
    const [row] = await from.page(shard, table, undefined, 1);
    if (row) await to.put(shard, [{ table, ...row }]);
  }
}

/** Copies a shard as fast as it goes until `isOver`; answers how many rows that were. */
async function copyFast(
  from: MovableShards,
  to: MovableShards,
  shard: number,
  isOver: () => boolean,
): Promise<number> {
  let rows = 0;
  for (const table of await from.tables(shard)) {
    let page = await from.page(shard, table, undefined, limitRows);
    while (page.length > 0 && !isOver()) {
      await to.put(
        shard,
        page.map((row) => ({ table, ...row })),
      );
      rows += page.length;
      page = await from.page(shard, table, page.at(-1)?.key, limitRows);
    }
  }
  return rows;
}

/** Rows a second that are copied as fast as it goes, two shards at a time, into databases of their own. */
async function unthrottled(from: MovableShards, url: string): Promise<number> {
  const to = await openMysqlShards({ primary: url, count, prefix: 'limit' });
  for (let shard = 0; shard < warmShards; shard += 1) await warm(from, to, shard);
  const start = performance.now();
  const isOver = () => performance.now() - start > limitSeconds * 1000;
  const queue = Array.from({ length: warmShards }, (_, shard) => shard);
  const lane = async () => {
    let rows = 0;
    for (let shard = queue.shift(); shard !== undefined && !isOver(); shard = queue.shift())
      rows += await copyFast(from, to, shard, isOver);
    return rows;
  };
  const rows = (await Promise.all([lane(), lane()])).reduce((sum, one) => sum + one, 0);
  const perSecond = (rows * 1000) / (performance.now() - start);
  await to.close();
  return perSecond;
}

/** Tables of shards that are not the same on both sides. */
async function unlike(router: ShardRouter, names: readonly [string, string]): Promise<number> {
  const [a, b] = await Promise.all(names.map((name) => router.engine(name)));
  let found = 0;
  for (let shard = 0; a && b && shard < count; shard += 1) {
    for (const table of new Set([...(await a.tables(shard)), ...(await b.tables(shard))])) {
      const sides = await Promise.all([a, b].map((one) => one.digest(shard, table, undefined, 10_000_000)));
      if (sides[0]?.digest !== sides[1]?.digest) found += 1;
    }
  }
  return found;
}

/** Runs the migration under load; answers the reads before and during. */
async function moved(migrations: Migrations, load: SteadyLoad, to: BackendSpec) {
  await migrations.start({ to, name: 'bench' });
  load.start();
  await sleep(warmSeconds * 1000);
  load.take();
  await sleep(baselineSeconds * 1000);
  const before = load.take();
  let shown = '';
  const onProgress = ({ phase, rows, moved }: { phase: string; rows: number; moved: number }) => {
    const line = `${phase}: ${Math.floor(rows / 50_000) * 50_000} rows copied, ${moved} shards moved\n`;
    if (line !== shown) process.stderr.write(line);
    shown = line;
  };
  const during: Partial<Record<Phase, number[]>> = {};
  for (;;) {
    const { phase } = await migrations.settled('bench', { onProgress });
    during[phase === 'backup' ? 'cutover' : phase] = load.take();
    if (phase === 'backup') break;
    await migrations.advance('bench');
  }
  await sleep(warmSeconds * 1000);
  await load.stop();
  await migrations.finish('bench');
  await migrations.settled('bench');
  return { before, during };
}

async function measured(router: ShardRouter, migrations: Migrations, size: number) {
  const server = await startMariadb({
    options: ['--innodb-buffer-pool-size=512M', '--innodb-log-file-size=256M'],
  });
  try {
    const store = createStore({
      shards: router,
      cache: createLruCache({ maxEntries: 1000 }),
      clock: systemClock,
    });
    const maker = new PinMaker();
    const load = new SteadyLoad(store, router, await fill(store, maker, size), maker);
    const limit = await unthrottled(await router.engine('main'), server.url);
    const to: BackendSpec = { kind: 'mysql', primary: server.url, replicas: [] };
    const { before, during } = await moved(migrations, load, to);
    const report = await migrations.report('bench');
    const copyMs = report.phases.find(({ phase }) => phase === 'dual-write')?.ms ?? Number.NaN;
    const differences = report.found + (await unlike(router, ['main', report.to]));
    const rows = (report.rows * 1000) / copyMs;
    const all = Object.values(during).flat();
    const p99 = { before: quantile(before, 0.99), during: quantile(all, 0.99) };
    return {
      ours: {
        rows: report.rows,
        rows_per_s: rows,
        copied_mb: report.bytes / 1e6,
        copy_s: copyMs / 1000,
        failed: load.failed + report.failed,
        lost: await load.lost(),
        differences,
        cutover_p50_ms: report.cutovers.p50_ms,
        cutover_max_ms: report.cutovers.max_ms,
        p50_before_ms: quantile(before, 0.5),
        p50_during_ms: quantile(all, 0.5),
        p99_before_ms: p99.before,
        p99_during_ms: p99.during,
        p99_copy_ms: quantile(during['dual-write'] ?? [], 0.99),
        p99_validate_ms: quantile(during.validate ?? [], 0.99),
        p99_cutover_ms: quantile(during.cutover ?? [], 0.99),
      },
      peer: {},
      limit: { unthrottled_rows_per_s: limit },
      ratio: { rows: rows / limit, p99_during: p99.during / p99.before },
    };
  } finally {
    await server.stop();
  }
}

/** Size: pins. */
export const migrateBench: Bench = {
  name: 'migrate',
  defaultSize: 200_000,
  async run(size) {
    const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-bench-migrate-'));
    const registry = await openFileRegistry({ folder });
    const ranges = [{ from: 0, through: count - 1, backend: 'main' }];
    const backends = { main: { kind: 'sqlite' as const, folder: 'shards' } };
    await registry.setSetting('shards', { count, claimCount: count, backends, ranges }, 0);
    const router = await openRoutedShards({
      registry,
      open: async (spec, counts) => {
        if (spec.kind === 'mysql') return openMysqlShards({ ...spec, ...counts });
        return openSqliteShards({ folder: path.join(folder, 'shards'), durability: 'power', ...counts });
      },
    });
    const migrations = createMigrations({ router, registry, clock: systemClock, log: silentLog });
    await migrations.open();
    try {
      return await measured(router, migrations, size);
    } finally {
      await migrations.stop();
      await router.close();
      await registry.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
