/** Wires the archive; the heavy work is done by a process that lives only as long as it takes. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import type { Config } from '#apps/config/config';
import { parquetFiles } from '#engines/column-files/parquet';
import { historyOf, joined } from '#engines/event-log/history';
import type { EventHistory } from '#engines/event-log/port';
import { duckdbWarehouse } from '#engines/warehouse/duckdb';
import { systemClock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import { actionsTopic } from '#services/actions/contract';
import { type Archive, archiveGroup } from '#services/archive/contract';
import {
  type ArchiveOutcome,
  type ArchiveTask,
  createArchive,
  noArchive,
  type TaskOptions,
} from '#services/archive/index';
import { changesTopic } from '#services/events/contract';
import type { Queries } from '#services/queries/contract';
import { createQueries } from '#services/queries/index';
import {
  type ArchiveMessage,
  type ArchiveOrder,
  type ArchiveTarget,
  openArchiveStore,
} from './archive-store.ts';
import type { Engines } from './compose-engines.ts';

const killAfterMs = 10_000;
const dayMs = 24 * 60 * 60 * 1000;

/** It is not to be in the way of those who wait for an answer. */
function giveWay({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Where that is not allowed, or it has ended already, it makes no difference.
  }
}

/** Gives a process its order and waits for its end. */
function follow(child: ChildProcess, order: ArchiveOrder, options: TaskOptions): Promise<ArchiveOutcome> {
  const { promise, resolve, reject } = Promise.withResolvers<ArchiveOutcome>();
  let failure = 'the process that works on the archive died';
  const stop = (): void => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), killAfterMs).unref();
  };
  options.signal?.addEventListener('abort', stop, { once: true });
  child.on('message', (message: ArchiveMessage) => {
    if (message.kind === 'progress') options.onProgress?.(message.label, message.done, message.total);
    else if (message.kind === 'done') resolve(message.outcome);
    else failure = message.message;
  });
  child.once('error', (error) => reject(new UnavailableError('the archive process cannot start', error)));
  // Comes after the last message, unlike the exit.
  child.once('disconnect', () => {
    options.signal?.removeEventListener('abort', stop);
    reject(options.signal?.aborted ? options.signal.reason : new UnavailableError(failure));
  });
  child.send(order);
  return promise;
}

/** Does tasks on the archive in processes of their own. */
function performer(config: Config, place: ArchiveTarget, cache: string, works: string) {
  const log = { folder: path.join(config.data, 'log'), durability: config.durability };
  return async <T extends ArchiveTask>(task: T, options: TaskOptions): Promise<ArchiveOutcome<T>> => {
    await mkdir(works, { recursive: true });
    const work = await mkdtemp(path.join(works, 'task-'));
    const child = fork(new URL('./archive-process.ts', import.meta.url), { execArgv: [], stdio: 'ignore' });
    giveWay(child);
    try {
      return (await follow(child, { log, place, cache, work, task }, options)) as ArchiveOutcome<T>;
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  };
}

async function openArchive(
  config: Config,
  engines: Pick<Engines, 'eventLog'>,
  logger: Log,
  metrics: Metrics,
) {
  const { archive: place, data } = config;
  if (place.kind === 'off') return noArchive;
  const cache = path.join(data, 'cache', 'archive');
  const works = path.join(data, 'run', 'archive');
  await rm(works, { recursive: true, force: true });
  return createArchive({
    log: engines.eventLog,
    store: await openArchiveStore(place, cache),
    files: parquetFiles(),
    topics: [changesTopic, actionsTopic],
    perform: performer(config, place, cache, works),
    clock: systemClock,
    logger: logger.child({ part: 'archive' }),
    metrics,
  });
}

/**
 * The archive of an installation, what was logged there and in the log, and questions over it; whoever composes holds the data folder's lock. What people do
 * leaves the log in time, and not before it is archived.
 */
export async function composeArchive(
  config: Config,
  engines: Pick<Engines, 'eventLog'>,
  logger: Log,
  metrics: Metrics,
): Promise<{ archive: Archive; queries: Queries; history: EventHistory }> {
  await engines.eventLog.configure(actionsTopic, {
    retainMs: config.actionDays * dayMs,
    heldFor: config.archive.kind === 'off' ? [] : [archiveGroup],
  });
  const archive = await openArchive(config, engines, logger, metrics);
  const log = historyOf(engines.eventLog);
  const history = config.archive.kind === 'off' ? log : joined(archive, log);
  return { archive, history, queries: createQueries({ archive, warehouse: duckdbWarehouse() }) };
}
