/**
 * `save`: saves over HTTP, 200 a second by 200 people, each acknowledged once it is durable. First with the shards in the
 * data folder, in turn with bare inserts into SQLite at the same rate, each synced to disk by itself: what this disk lets
 * anybody promise. Then with the shards on a MariaDB server that is killed in the middle: the saves from that moment on, and
 * how long those take to arrive once the server is back.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { type MariadbServer, startMariadb } from '../test/support/mariadb.ts';
import { type Bench, type Figures, inTurn, median } from './bench.ts';
import { type PacedAnswer, percentile } from './paced.ts';
import { startPacedClient } from './paced-client.ts';
import { makeSaveLibrary, type SaveServer, startSaveServer } from './save-library.ts';

const perSecond = 200;
const connections = 64;
const rounds = 3;
const warmSeconds = 10;
const rowBytes = 1000;

const times = (answers: readonly PacedAnswer[]) => answers.map(({ ms }) => ms);

/** Milliseconds of bare inserts at the rate, one transaction each, synced when it is done. */
async function bareInserts(file: string, seconds: number): Promise<number[]> {
  const db = new DatabaseSync(file);
  db.exec('pragma journal_mode = wal; pragma synchronous = full; create table if not exists rows (row blob)');
  const insert = db.prepare('insert into rows values (?)');
  const row = Buffer.alloc(rowBytes, 1);
  const took: number[] = [];
  const start = performance.now();
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const early = start + (n * 1000) / perSecond - performance.now();
    if (early > 0) await pause(early);
    const begun = performance.now();
    insert.run(row);
    took.push(performance.now() - begun);
  }
  db.close();
  return took;
}

interface Embedded {
  readonly ours: Figures;
  readonly limit: Figures;
  readonly ratio: Figures;
}

async function embedded(folder: string, seconds: number): Promise<Embedded> {
  const library = await makeSaveLibrary(folder);
  const server = await startSaveServer(library);
  const client = startPacedClient(library.requests);
  try {
    await client.run(server.url, { perSecond, seconds: warmSeconds, connections });
    const runs = await inTurn(
      rounds,
      () => client.run(server.url, { perSecond, seconds, connections }),
      () => bareInserts(path.join(folder, 'bare.sqlite'), seconds),
    );
    const answers = runs.a.flat();
    const p99 = median(runs.a.map((run) => percentile(times(run), 0.99)));
    const bareP99 = median(runs.b.map((run) => percentile(run, 0.99)));
    return {
      ours: {
        p50_ms: median(runs.a.map((run) => percentile(times(run), 0.5))),
        p99_ms: p99,
        provisional_share: answers.filter(({ status }) => status === 202).length / answers.length,
      },
      limit: {
        insert_p50_ms: median(runs.b.map((run) => percentile(run, 0.5))),
        insert_p99_ms: bareP99,
      },
      ratio: { insert_p99: p99 / bareP99 },
    };
  } finally {
    client.stop();
    await server.stop();
  }
}

/** Saves that wait in the queue, as the server tells. */
async function pending({ url }: SaveServer): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^pinakes_store_pending_writes (\d+)/m.exec(text)?.[1]);
}

async function secondsUntilArrived(server: SaveServer): Promise<number> {
  const start = performance.now();
  while ((await pending(server)) > 0) await pause(20);
  return (performance.now() - start) / 1000;
}

async function dying(folder: string, database: MariadbServer, seconds: number): Promise<Figures> {
  const library = await makeSaveLibrary(folder, database.url);
  const server = await startSaveServer(library);
  const client = startPacedClient(library.requests);
  try {
    await client.run(server.url, { perSecond, seconds: warmSeconds, connections });
    const alive = warmSeconds / 2;
    const saving = client.run(server.url, { perSecond, seconds: alive + seconds, connections });
    await pause(alive * 1000);
    const killed = performance.now();
    await database.kill();
    const answers = (await saving).filter(({ asked }) => asked >= killed);
    const waiting = await pending(server);
    await database.start();
    const arrived = await secondsUntilArrived(server);
    return {
      p50_dead_ms: percentile(times(answers), 0.5),
      p99_dead_ms: percentile(times(answers), 0.99),
      max_dead_ms: Math.max(...times(answers)),
      waiting_saves: waiting,
      arrived_s: arrived,
    };
  } finally {
    client.stop();
    await server.stop();
  }
}

async function withDatabase(folder: string, seconds: number): Promise<Figures> {
  const database = await startMariadb();
  try {
    return await dying(folder, database, seconds);
  } finally {
    await database.stop();
  }
}

/** Size: saves measured in each round. The figures with a dead server need `mariadbd`, of Debian's mariadb-server. */
export const saveBench: Bench = {
  name: 'save',
  defaultSize: 2000,
  async run(size) {
    const seconds = Math.max(1, Math.round(size / perSecond));
    const folders = await Promise.all([1, 2].map(() => mkdtemp(path.join(tmpdir(), 'pinakes-bench-save-'))));
    const [first = '', second = ''] = folders;
    try {
      const { ours, limit, ratio } = await embedded(first, seconds);
      const dead = await withDatabase(second, seconds * 2);
      return { ours: { ...ours, ...dead }, peer: {}, limit, ratio };
    } finally {
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    }
  },
};
