/**
 * `jobs`: jobs a second that are enqueued one by one by 64 callers, and dequeued, run (they do nothing) and acknowledged, 64 at
 * once, by the jobs service; against BullMQ doing the same, as it comes, on a Redis as it comes (snapshots now and then, no
 * log) and on one that syncs every write (`appendfsync always`). `size` is jobs a round.
 *
 * Each is compared with one that keeps no more. With the former, which loses minutes with its process, SQLite under `process`
 * and a MariaDB that syncs once a second (`innodb_flush_log_at_trx_commit` 2, `sync_binlog` 0): both keep what they acknowledged
 * when their process dies. With the latter, which keeps it over a loss of power, SQLite under `power` and a MariaDB that syncs
 * every commit (both settings 1, so twice). Ratios are of jobs a second from the first enqueue to the last acknowledgement;
 * `enqueue` and `work` tell them for either half. The limit is how many syncs of one small write the disk does a second.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startMariadb } from '../test/support/mariadb.ts';
import { type Bench, type Figures, median, medianRatio, seconds } from './bench.ts';
import { bullSide, type JobsSide, mysqlSide, sqliteSide } from './jobs-sides.ts';
import { startRedis } from './redis.ts';
import { syncsPerSecond } from './syncs.ts';

const rounds = 5;
const callers = 64;
const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];
const relaxed = ['--innodb-flush-log-at-trx-commit=2', '--sync-binlog=0'];

interface Round {
  readonly enqueue: number;
  readonly work: number;
  readonly whole: number;
}

async function roundOn(side: JobsSide, size: number): Promise<Round> {
  let next = 0;
  const caller = async () => {
    while (next < size) await side.enqueue(next++);
  };
  try {
    const enqueued = await seconds(() => Promise.all(Array.from({ length: callers }, caller)));
    const worked = await seconds(() => side.work(size));
    return { enqueue: size / enqueued, work: size / worked, whole: size / (enqueued + worked) };
  } finally {
    await side.close();
  }
}

type Contest = Readonly<Record<string, () => JobsSide>>;

/** Rounds of all sides in turn, after one of each that is not counted. */
async function contest(sides: Contest, size: number): Promise<Record<string, Round[]>> {
  const results: Record<string, Round[]> = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (const make of Object.values(sides)) await roundOn(make(), Math.ceil(size / 5));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, make] of Object.entries(sides)) results[name]?.push(await roundOn(make(), size));
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
  return results;
}

function figuresOf(all: readonly Round[] = []): Figures {
  const middle = (part: keyof Round) => median(all.map((round) => round[part]));
  return { enqueue_per_s: middle('enqueue'), work_per_s: middle('work'), whole_per_s: middle('whole') };
}

function ratiosOf(results: Record<string, Round[]>, part: keyof Round): Record<string, Figures | number> {
  const of = (name: string) => (results[name] ?? []).map((round) => round[part]);
  const against = (ours: string, peer: string) => medianRatio(of(ours), of(peer));
  return {
    bullmq_default: against('sqlite_process', 'bullmq_default'),
    bullmq_durable: against('sqlite_power', 'bullmq_durable'),
    mariadb: {
      bullmq_default: against('mariadb_process', 'bullmq_default'),
      bullmq_durable: against('mariadb_power', 'bullmq_durable'),
    },
  };
}

async function measure(folder: string, size: number) {
  const [plain, safe] = [await startRedis(), await startRedis(durable)];
  const [quick, sure] = [await startMariadb({ options: relaxed }), await startMariadb()];
  try {
    const results = await contest(
      {
        sqlite_process: () => sqliteSide(folder, 'process'),
        bullmq_default: () => bullSide(plain.port),
        sqlite_power: () => sqliteSide(folder, 'power'),
        bullmq_durable: () => bullSide(safe.port),
        mariadb_process: () => mysqlSide(quick.url),
        mariadb_power: () => mysqlSide(sure.url),
      },
      size,
    );
    const { bullmq_default, bullmq_durable, ...ours } = results;
    const named = (all: Record<string, Round[]>) =>
      Object.fromEntries(Object.entries(all).map(([name, each]) => [name, figuresOf(each)]));
    return {
      ours: named(ours),
      peer: named({ bullmq_default: bullmq_default ?? [], bullmq_durable: bullmq_durable ?? [] }),
      limit: { syncs_per_s: await syncsPerSecond(folder) },
      ratio: {
        ...ratiosOf(results, 'whole'),
        enqueue: ratiosOf(results, 'enqueue'),
        work: ratiosOf(results, 'work'),
      },
    };
  } finally {
    await Promise.all([plain.stop(), safe.stop(), quick.stop(), sure.stop()]);
  }
}

/** The benchmark. */
export const jobsBench: Bench = {
  name: 'jobs',
  defaultSize: 10_000,
  async run(size) {
    const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-bench-'));
    return measure(folder, size).finally(() => rm(folder, { recursive: true, force: true }));
  },
};
