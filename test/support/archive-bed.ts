/** A log, a store and the archive on them, in a temporary folder. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openFolderArchive } from '#engines/archive-store/folder';
import type { ArchiveStore } from '#engines/archive-store/port';
import { parquetFiles } from '#engines/column-files/parquet';
import type { ColumnFiles } from '#engines/column-files/port';
import type { LoggedEvent } from '#engines/event-log/port';
import { openSegmentLog, type SegmentLog } from '#engines/event-log/segments';
import { ManualClock } from '#kernel/clock';
import type { JsonObject } from '#kernel/json';
import { silentLog } from '#kernel/log';
import { actionsTopic } from '#services/actions/contract';
import type { Archive } from '#services/archive/contract';
import {
  type ArchiveOutcome,
  type ArchiveWorkDeps,
  createArchive,
  performTask,
} from '#services/archive/index';
import { changesTopic } from '#services/events/contract';

/** The topics that a bed archives. */
export const topics = [changesTopic, actionsTopic] as const;

/** An impression as the log holds it. */
export const impression = (n: number, at: number): JsonObject => ({
  ...{ id: `impression-${String(n).padStart(8, '0')}`, at, receivedAt: at, type: 'impression', v: 1 },
  ...{ actor: String(241294492511762325n + BigInt(n % 50)), device: null, surface: 'home' },
  ...{ pinId: String(241294492511762400n + BigInt(n % 20)), boardId: '241294492511762500', rank: n % 7 },
});

/** One installation's log and archive. */
export class ArchiveBed {
  readonly clock = new ManualClock(Date.UTC(2026, 0, 1, 10));
  readonly folder: string;
  readonly log: SegmentLog;
  readonly store: ArchiveStore;
  readonly files: ColumnFiles = parquetFiles();

  private constructor(folder: string, log: SegmentLog, store: ArchiveStore, clock: ManualClock) {
    this.folder = folder;
    this.log = log;
    this.store = store;
    this.clock = clock;
  }

  static async open(partitions = 2): Promise<ArchiveBed> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-archive-'));
    const clock = new ManualClock(Date.UTC(2026, 0, 1, 10));
    const log = await openSegmentLog({
      ...{ folder: path.join(folder, 'log'), durability: 'process', clock, partitions, heartbeatMs: 20 },
    });
    await mkdir(path.join(folder, 'work'));
    return new ArchiveBed(folder, log, await openFolderArchive(path.join(folder, 'archive')), clock);
  }

  /** What the work on the archive stands on, here. */
  work(more: Partial<ArchiveWorkDeps> = {}): ArchiveWorkDeps {
    const { log, store, files, clock } = this;
    return { log, store, files, clock, work: path.join(this.folder, 'work'), ...more };
  }

  /** The archive service; its work is done in this process. */
  archive(more: Partial<ArchiveWorkDeps> = {}): Archive {
    return createArchive({
      ...this.work(more),
      topics,
      logger: silentLog,
      perform: async (task, options) =>
        (await performTask(this.work(more), task, options)) as ArchiveOutcome<typeof task>,
    });
  }

  /** Logs impressions, `n` from `from` on, now. */
  async act(count: number, from = 0): Promise<void> {
    const events = Array.from({ length: count }, (_, i) => ({
      key: `actor-${(from + i) % 9}`,
      value: impression(from + i, this.clock.now()),
    }));
    await this.log.append(actionsTopic, events);
  }

  /** All that the log has of a topic, by partition. */
  async logged(topic: string): Promise<LoggedEvent[][]> {
    return Promise.all(
      Array.from({ length: this.log.partitions }, async (_, partition) =>
        this.log.read(topic, partition, await this.log.start(topic, partition), 1_000_000),
      ),
    );
  }

  /** Names of all files in the archive. */
  async names(): Promise<string[]> {
    return (await Array.fromAsync(this.store.list(''))).map(({ name }) => name);
  }

  async close(): Promise<void> {
    await this.log.close();
    await this.files.close();
    await rm(this.folder, { recursive: true });
  }
}
