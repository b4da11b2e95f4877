/** People, boards and pins on real engines in a temporary folder, with events delivered when a test says so. */
import path from 'node:path';
import type { Counters } from '#engines/counters/port';
import { openSqliteCounters } from '#engines/counters/sqlite';
import { openSqliteQueue } from '#engines/queue/sqlite';
import type { Person } from '#kernel/actor';
import { silentLog } from '#kernel/log';
import type { Accounts } from '#services/accounts/contract';
import { createAccounts } from '#services/accounts/index';
import type { Boards } from '#services/boards/contract';
import { createBoards, createMembersConsumer } from '#services/boards/index';
import type { Consumer, DeliveredChange } from '#services/events/contract';
import type { Follows } from '#services/follows/contract';
import { createFollowersConsumer, createFollows } from '#services/follows/index';
import type { Jobs } from '#services/jobs/contract';
import { createJobs } from '#services/jobs/index';
import type { Pins } from '#services/pins/contract';
import { createCountersConsumer, createPins } from '#services/pins/index';
import type { ChangeEvent } from '#services/store/contract';
import { HeldMedia } from './held-media.ts';
import { openShardBed, type ShardBed } from './shard-bed.ts';

/** The services that keep people's things, over one store. */
export interface LibraryServices {
  readonly jobs: Jobs;
  readonly accounts: Accounts;
  readonly follows: Follows;
  readonly boards: Boards;
  readonly pins: Pins;
}

/** A whole library. */
export interface LibraryBed extends ShardBed, LibraryServices {
  readonly counters: Counters;
  readonly media: HeldMedia;
  /** Signs somebody up. */
  person(name: string): Promise<Person>;
  /** All changes so far, as consumers receive them. */
  changes(): Promise<DeliveredChange[]>;
  /** Gives all changes so far to the consumers; those that they had before come again. */
  deliver(): Promise<void>;
  /** Runs the jobs that are due, then delivers. */
  settle(): Promise<void>;
}

const device = { userAgent: 'test', address: '192.0.2.1' };

async function readChanges({ shards }: ShardBed): Promise<DeliveredChange[]> {
  const changes: DeliveredChange[] = [];
  for (let shard = 0; shard < shards.count; shard += 1) {
    for (const { sequence, event } of await shards.readOutbox(shard, 0, 1_000_000)) {
      const change = event as unknown as ChangeEvent;
      changes.push({ ...change, shard, sequence, position: { partition: shard % 4, offset: sequence } });
    }
  }
  return changes;
}

/** What the services stand on. */
export interface LibraryBase extends Pick<ShardBed, 'store' | 'clock'> {
  readonly jobs: Jobs;
  readonly counters: Counters;
  readonly media: HeldMedia;
  readonly saveDeadlineMs: number;
  /** How many JSON texts of pins are kept. */
  readonly fragments?: number;
}

/** Makes the services, with their jobs' handlers registered. */
export function createLibraryServices(base: LibraryBase): LibraryServices {
  const { jobs } = base;
  const hashing = { memoryKiB: 64, passes: 1 };
  const accounts = createAccounts({ ...base, log: silentLog, hashing });
  const follows = createFollows(base);
  const boards = createBoards({ ...base, accounts, follows });
  const pins = createPins({ ...base, boards, follows });
  for (const handler of [...boards.handlers(pins), ...pins.handlers()]) jobs.handle(handler);
  return { jobs, accounts, follows, boards, pins };
}

/** Opens an empty library. */
export async function openLibraryBed(): Promise<LibraryBed> {
  const bed = await openShardBed();
  const counters = openSqliteCounters({
    path: path.join(bed.folder, 'counters.sqlite'),
    durability: 'process',
  });
  const queue = openSqliteQueue({
    path: path.join(bed.folder, 'queue.sqlite'),
    durability: 'process',
    clock: bed.clock,
  });
  const jobs = createJobs({ queue, clock: bed.clock, log: silentLog });
  const media = new HeldMedia(bed.store);
  // A busy machine makes no save provisional.
  const services = createLibraryServices({ ...bed, jobs, counters, media, saveDeadlineMs: 60_000 });
  const consumers: Consumer[] = [
    createCountersConsumer({ counters }),
    createFollowersConsumer(bed),
    createMembersConsumer(bed),
  ];
  let started: Promise<void> | undefined;
  const deliver = async () => {
    const changes = await readChanges(bed);
    for (const consumer of consumers) await consumer.apply(changes);
  };
  return {
    ...bed,
    ...services,
    counters,
    media,
    async person(name) {
      const { me } = await services.accounts.signUp({ name, password: 'correct horse' }, device);
      return { kind: 'person', userId: me.id, role: me.role };
    },
    changes: () => readChanges(bed),
    deliver,
    async settle() {
      started ??= jobs.start();
      await started;
      await jobs.drain();
      await deliver();
    },
    async [Symbol.asyncDispose]() {
      await jobs.stop();
      await queue.close();
      await counters.close();
      await bed[Symbol.asyncDispose]();
    },
  };
}
