/** The archive service: when to archive, and what is there. */
import type { ArchiveStore } from '#engines/archive-store/port';
import type { ColumnFiles } from '#engines/column-files/port';
import type { EventLog, LoggedEvent } from '#engines/event-log/port';
import type { Clock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import { Serial } from '#kernel/serial';
import type {
  Archive,
  ArchiveExtent,
  ArchiveMirror,
  ArchiveRun,
  ArchiveStart,
  ArchiveStatus,
  ArchiveVerification,
  OnProgress,
} from './contract.ts';
import { archiveGroup } from './contract.ts';
import { graceMs, hourOf, topicPrefix } from './names.ts';
import { eventCount, filesUnder, sortedOut } from './ranges.ts';
import { eventsFrom, extentOf } from './reading.ts';
import type { ArchiveOutcome, ArchiveTask, TaskOptions } from './work.ts';

/** What the service stands on. */
export interface ArchiveDeps {
  readonly log: Pick<EventLog, 'partitions' | 'start' | 'end' | 'committed'>;
  readonly store: ArchiveStore;
  /** Only reads. */
  readonly files: ColumnFiles;
  readonly topics: readonly string[];
  /** Does a task, elsewhere. */
  readonly perform: <T extends ArchiveTask>(task: T, options: TaskOptions) => Promise<ArchiveOutcome<T>>;
  readonly clock: Clock;
  readonly logger: Log;
  readonly metrics?: Metrics | undefined;
  /** Milliseconds between two looks at what waits; five minutes when left out. */
  readonly everyMs?: number | undefined;
}

const defaultEveryMs = 5 * 60_000;
/** Events that wait long before their hour is over are not left to pile up. */
const many = 200_000;

/** Runs in the process that holds the data folder. */
export class LoggedArchive implements Archive {
  readonly #deps: ArchiveDeps;
  readonly #turns = new Serial();
  readonly #stopping = new AbortController();
  readonly #archived;
  #timer: NodeJS.Timeout | undefined;
  #hour: number | undefined;
  #error: string | null = null;

  constructor(deps: ArchiveDeps) {
    this.#deps = deps;
    this.#archived = deps.metrics?.counter('pinakes_archive_events_total', 'Events written to the archive.');
  }

  start(): void {
    const { everyMs = defaultEveryMs } = this.#deps;
    this.#timer ??= setInterval(() => void this.#look(), everyMs).unref();
  }

  async status(): Promise<ArchiveStatus> {
    const { store, topics } = this.#deps;
    const all = await Promise.all(
      topics.map(async (topic) => {
        const files = sortedOut((await filesUnder(store, topicPrefix(topic))).files).living;
        const sum = (of: (file: (typeof files)[number]) => number) =>
          files.reduce((a, file) => a + of(file), 0);
        const archived = sum(eventCount);
        const waiting = await this.#waiting(topic);
        return { topic, archived, waiting, files: files.length, bytes: sum(({ bytes }) => bytes) };
      }),
    );
    return { place: store.place, topics: all, error: this.#error };
  }

  async run({ open = false, signal }: { open?: boolean; signal?: AbortSignal } = {}): Promise<ArchiveRun> {
    try {
      const done = await this.#perform({ kind: 'run', topics: this.#deps.topics, open }, { signal });
      this.#error = null;
      this.#archived?.inc(done.events);
      return done;
    } catch (error) {
      this.#error = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  verify(
    options: { quick?: boolean; onProgress?: OnProgress; signal?: AbortSignal } = {},
  ): Promise<ArchiveVerification> {
    const { quick = false, ...rest } = options;
    return this.#perform({ kind: 'verify', topics: this.#deps.topics, quick }, rest);
  }

  read(topic: string, partition: number, from: ArchiveStart): AsyncIterable<LoggedEvent[]> {
    return eventsFrom(this.#deps, topic, partition, from);
  }

  extent(topic: string, partition: number): Promise<ArchiveExtent | undefined> {
    return extentOf(this.#deps, topic, partition);
  }

  async mirror(): Promise<ArchiveMirror> {
    const { store } = this.#deps;
    const { files } = await filesUnder(store, '');
    const names = sortedOut(files).living.map(({ name }) => name);
    return { folder: await store.mirror(), names };
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort(new UnavailableError('the archive is closed'));
    await this.#turns.run(async () => undefined);
    await this.#deps.store.close();
  }

  #perform<T extends ArchiveTask>(task: T, options: TaskOptions): Promise<ArchiveOutcome<T>> {
    const { signal = this.#stopping.signal, ...rest } = options;
    const ends = AbortSignal.any([signal, this.#stopping.signal]);
    return this.#turns.run(async () => {
      ends.throwIfAborted();
      return this.#deps.perform(task, { ...rest, signal: ends });
    });
  }

  async #waiting(topic: string): Promise<number> {
    const { log } = this.#deps;
    let waiting = 0;
    for (let partition = 0; partition < log.partitions; partition++) {
      const committed = await log.committed(archiveGroup, topic, partition);
      const start = await log.start(topic, partition);
      waiting += Math.max(0, (await log.end(topic, partition)) - Math.max(committed, start));
    }
    return waiting;
  }

  /** Archives when an hour is over in which there was anything, or when much waits. */
  async #look(): Promise<void> {
    const { topics, clock, logger } = this.#deps;
    try {
      const hour = hourOf(clock.now() - graceMs);
      const waiting = await Promise.all(topics.map((topic) => this.#waiting(topic)));
      const isDue = hour !== this.#hour && waiting.some((count) => count > 0);
      if (!isDue && !waiting.some((count) => count >= many)) return;
      await this.run();
      this.#hour = hour;
    } catch (error) {
      if (!this.#stopping.signal.aborted) logger.error({ err: error }, 'events could not be archived');
    }
  }
}
