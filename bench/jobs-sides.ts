/** Job queues that can be compared: each enqueues one by one, then works everything off. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Queue as BullQueue, Worker as BullWorker } from 'bullmq';
import { openMysqlQueue } from '#engines/queue/mysql';
import type { Queue } from '#engines/queue/port';
import { openSqliteQueue } from '#engines/queue/sqlite';
import { systemClock } from '#kernel/clock';
import { silentLog } from '#kernel/log';
import type { Durability } from '#kernel/sqlite';
import { createJobs } from '#services/jobs/index';

/** How many jobs run at once. */
const concurrency = 64;

/** A queue with nothing in it. */
export interface JobsSide {
  enqueue(n: number): Promise<unknown>;
  /** Starts workers that do nothing with each job; resolves when `count` are acknowledged. */
  work(count: number): Promise<void>;
  close(): Promise<void>;
}

const payloadOf = (n: number) => ({
  pinId: String(241_294_492_511_762_325n + BigInt(n)),
  url: `https://example.org/${n}`,
});

function sideOn(queue: Queue, clean: () => Promise<void>): JobsSide {
  const jobs = createJobs({ queue, clock: systemClock, log: silentLog });
  return {
    enqueue: (n) => jobs.enqueue({ name: 'bench', payload: payloadOf(n) }),
    work: (count) =>
      new Promise((resolve, reject) => {
        let left = count;
        const settled = () => {
          left -= 1;
          if (left === 0) resolve();
        };
        jobs.handle({ name: 'bench', concurrency, run: async () => ({}), settled });
        jobs.start().catch(reject);
      }),
    async close() {
      await jobs.stop();
      await queue.close();
      await clean();
    },
  };
}

/** The embedded queue, in a file of its own below `folder`. */
export function sqliteSide(folder: string, durability: Durability): JobsSide {
  const own = path.join(folder, randomUUID());
  const queue = openSqliteQueue({ path: path.join(own, 'queue.sqlite'), clock: systemClock, durability });
  return sideOn(queue, () => rm(own, { recursive: true }));
}

let databases = 0;

/** The queue in a database of its own on a server. */
export function mysqlSide(url: string): JobsSide {
  databases += 1;
  const queue = openMysqlQueue({ url, database: `bench_${databases}`, clock: systemClock });
  return sideOn(queue, async () => undefined);
}

/** BullMQ as it comes, on a Redis. */
export function bullSide(port: number): JobsSide {
  const name = randomUUID();
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  const queue = new BullQueue(name, { connection });
  let worker: BullWorker | undefined;
  return {
    enqueue: (n) => queue.add('bench', payloadOf(n), { attempts: 5 }),
    work: (count) =>
      new Promise((resolve, reject) => {
        let left = count;
        worker = new BullWorker(name, async () => ({}), { connection, concurrency });
        worker.on('error', reject);
        worker.on('completed', () => {
          left -= 1;
          if (left === 0) resolve();
        });
      }),
    async close() {
      await worker?.close();
      await queue.obliterate({ force: true });
      await queue.close();
    },
  };
}
