/** Opens the queue where the configuration says. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '#apps/config/config';
import type { Queue } from '#engines/queue/port';
import { openSqliteQueue } from '#engines/queue/sqlite';
import { systemClock } from '#kernel/clock';
import { ConflictError } from '#kernel/errors';
import { openQueueOnShards, type QueueDeps } from './compose-job-shards.ts';

/** Jobs that were acknowledged into the file must not be left behind there. */
async function requireEmptyFile(file: string, openFile: () => Queue): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  const queue = openFile();
  const counts = await queue.counts().finally(() => queue.close());
  const open = counts.filter(({ state }) => state === 'pending' || state === 'running');
  const left = open.reduce((sum, { count }) => sum + count, 0);
  if (left === 0) return;
  throw new ConflictError(
    `queue.sqlite holds ${left} jobs that are not done: start without PINAKES_QUEUE until they are`,
  );
}

/**
 * Opens the queue. Throws `ConflictError` when jobs would be left behind in another place. The driver of a server is loaded
 * where there is one.
 */
export async function openQueue(config: Config, deps: QueueDeps): Promise<Queue> {
  const { queue: place, data, durability } = config;
  const file = path.join(data, 'queue.sqlite');
  const openFile = (number?: number) =>
    openSqliteQueue({ path: file, durability, clock: systemClock, number });
  const leaveFile = () => requireEmptyFile(file, openFile);
  if (place.kind === 'sqlite') return openFile();
  if (place.kind === 'shards') return openQueueOnShards(deps, { openFile, leaveFile });
  await leaveFile();
  const { openMysqlQueue } = await import('#engines/queue/mysql');
  return openMysqlQueue({ url: place.url, clock: systemClock });
}
