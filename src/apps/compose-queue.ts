/** Opens the queue where the configuration says. */
import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '#apps/config/config';
import type { Queue } from '#engines/queue/port';
import { openSqliteQueue } from '#engines/queue/sqlite';
import type { Registry } from '#engines/registry/port';
import type { ShardRouter } from '#engines/shards/routing';
import type { Topology } from '#engines/shards/topology';
import { systemClock } from '#kernel/clock';
import { ConflictError } from '#kernel/errors';

/** Remembers by which engine of the map the queue is. */
const setting = 'queue';

function fileQueue({ data, durability }: Config): Queue {
  return openSqliteQueue({ path: path.join(data, 'queue.sqlite'), durability, clock: systemClock });
}

/** Jobs that were acknowledged into the file must not be left behind there. */
async function requireEmptyFile(config: Config): Promise<void> {
  const isThere = await access(path.join(config.data, 'queue.sqlite')).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  const queue = fileQueue(config);
  const counts = await queue.counts().finally(() => queue.close());
  const left = counts.filter(({ state }) => state === 'pending' || state === 'running');
  const open = left.reduce((sum, { count }) => sum + count, 0);
  if (open === 0) return;
  throw new ConflictError(
    `queue.sqlite holds ${open} jobs that are not done: start without PINAKES_QUEUE until they are`,
  );
}

function primaryOf({ backends }: Topology, name: string): string {
  const spec = backends[name];
  if (spec?.kind === 'mysql') return spec.primary;
  throw new ConflictError(
    spec
      ? `PINAKES_QUEUE=shards needs shards on MySQL or MariaDB; ${name} is ${spec.kind}`
      : `the queue is on ${name}, which is not in the map of shards any more; name its server as PINAKES_QUEUE=mysql://…`,
  );
}

/** The server beside the shards: the primary of the engine that had shard 0 at the first start, wherever it is by now. */
async function serverByShards(registry: Registry, { topology }: ShardRouter): Promise<string> {
  const known = await registry.getSetting(setting);
  if (known) return primaryOf(topology, String((known.value as { backend?: string }).backend));
  const backend = topology.ranges.find(({ from }) => from === 0)?.backend ?? '';
  const url = primaryOf(topology, backend);
  await registry.setSetting(setting, { backend }, 0);
  return url;
}

/**
 * Opens the queue. Throws `ConflictError` when jobs would be left behind in another place. The driver of a server is loaded
 * where there is one.
 */
export async function openQueue(config: Config, registry: Registry, shards: ShardRouter): Promise<Queue> {
  const { queue: place } = config;
  if (place.kind === 'sqlite') return fileQueue(config);
  await requireEmptyFile(config);
  const url = place.kind === 'mysql' ? place.url : await serverByShards(registry, shards);
  const { openMysqlQueue } = await import('#engines/queue/mysql');
  return openMysqlQueue({ url, clock: systemClock });
}
