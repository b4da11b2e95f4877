/**
 * The root of the process that works on the archive: it does one task, told by its parent, and ends; with its parent it ends
 * at once. The log and the store are opened here anew: a follower reads and commits beside the process that appends.
 */
import { parquetFiles } from '#engines/column-files/parquet';
import { openSegmentLog } from '#engines/event-log/segments';
import { systemClock } from '#kernel/clock';
import { performTask } from '#services/archive/index';
import { type ArchiveMessage, type ArchiveOrder, openArchiveStore } from './archive-store.ts';

const send = (message: ArchiveMessage): Promise<void> =>
  new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));

async function perform({ log: at, place, cache, work, task }: ArchiveOrder, signal: AbortSignal) {
  const store = await openArchiveStore(place, cache);
  const log = await openSegmentLog({ ...at, clock: systemClock, follow: true });
  const files = parquetFiles();
  try {
    const onProgress = (label: string, done: number, total: number): void =>
      void send({ kind: 'progress', label, done, total });
    return await performTask({ log, store, files, clock: systemClock, work }, task, { signal, onProgress });
  } finally {
    await Promise.all([log.close(), files.close()]);
    await store.close();
  }
}

const stopping = new AbortController();
process.on('SIGTERM', () => stopping.abort()).on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(1));
process.once('message', async (order: ArchiveOrder) => {
  try {
    await send({ kind: 'done', outcome: await perform(order, stopping.signal) });
    process.exit(0);
  } catch (error) {
    await send({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
});
