/** Opens the queue that is spread over the engines of the map of shards, following their promotions. */
import type { JobShard } from '#engines/queue/job-shard';
import type { MysqlQueueOptions } from '#engines/queue/mysql';
import type { Queue } from '#engines/queue/port';
import { type JobShardPlace, openShardedQueue } from '#engines/queue/sharded';
import type { Registry } from '#engines/registry/port';
import type { ShardRouter } from '#engines/shards/routing';
import type { Topology } from '#engines/shards/topology';
import { systemClock } from '#kernel/clock';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import { fileShard, jobShards, type KnownShard } from './job-shards.ts';

/** Where engines are looked up, and who is told how they are. */
export interface QueueDeps {
  readonly registry: Registry;
  readonly shards: Pick<ShardRouter, 'topology'>;
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
}

/** The queue in the data folder. */
interface FileQueue {
  openFile(number: number): JobShard;
  /** Rejects with `ConflictError` while jobs are left there. */
  leaveFile(): Promise<void>;
}

/** A statement on one of several servers ends soon, since others can do instead. */
const statementMs = 5000;

type OpenServer = (options: MysqlQueueOptions) => JobShard;

function addressOf({ backends }: Topology, { name, primary }: KnownShard) {
  const spec = backends[name];
  return spec?.kind === 'mysql'
    ? { url: spec.primary, serverId: spec.serverId }
    : { url: primary ?? '', serverId: undefined };
}

function isServing({ backends, ranges }: Topology, { name }: KnownShard): boolean {
  const serves = (backend: string) =>
    name === fileShard ? backends[backend]?.kind === 'sqlite' : backend === name;
  return ranges.some(({ backend }) => serves(backend));
}

/** A shard on the server that is its engine's primary by now; what it was before is let go. */
function onServer(known: KnownShard, router: QueueDeps['shards'], open: OpenServer) {
  let current: { at: string; shard: JobShard } | undefined;
  const shard = (): JobShard => {
    const address = addressOf(router.topology, known);
    const at = JSON.stringify(address);
    if (current?.at === at) return current.shard;
    void current?.shard.close().catch(() => undefined);
    const { number } = known;
    current = { at, shard: open({ ...address, number, statementMs, clock: systemClock }) };
    return current.shard;
  };
  return { shard, close: () => shard().close() };
}

function inFile(shard: JobShard) {
  return { shard: () => shard, close: () => shard.close() };
}

async function jobsLeft(shard: JobShard): Promise<boolean> {
  const counts = await shard.counts();
  return counts.some(({ state }) => state === 'pending' || state === 'running');
}

/** Says in the log and as a metric which shards answer. */
function telling({ log, metrics }: QueueDeps, names: readonly string[]) {
  const gauge = metrics?.gauges('pinakes_job_shard_up', 'Job shards that answer.', ['shard']);
  for (const shard of names) gauge?.set({ shard }, 1);
  return (shard: string, isUp: boolean, reason?: unknown) => {
    gauge?.set({ shard }, isUp ? 1 : 0);
    if (isUp) log.info({ shard }, 'a job shard answers again');
    else log.warn({ shard, err: reason }, 'a job shard does not answer; its jobs wait until it does');
  };
}

/** Opens the queue. Throws `ConflictError` when jobs would be left behind, or when no engine can have any. */
export async function openQueueOnShards(deps: QueueDeps, file: FileQueue): Promise<Queue> {
  const { registry, shards } = deps;
  const { openMysqlQueue } = await import('#engines/queue/mysql');
  const partsOf = (known: KnownShard) =>
    known.name === fileShard ? inFile(file.openFile(known.number)) : onServer(known, shards, openMysqlQueue);
  const isDone = async (known: KnownShard): Promise<boolean> => {
    const { shard, close } = partsOf(known);
    // One that does not answer may have jobs.
    const isLeft = await jobsLeft(shard())
      .catch(() => true)
      .finally(close);
    return !isLeft;
  };
  const all = await jobShards(registry, shards.topology, isDone);
  if (!all.some(({ name }) => name === fileShard)) await file.leaveFile();
  const places = all.map((known): JobShardPlace => {
    const { name, number } = known;
    return { name, number, takesJobs: () => isServing(shards.topology, known), ...partsOf(known) };
  });
  const onChange = telling(
    deps,
    all.map(({ name }) => name),
  );
  return openShardedQueue({ places, clock: systemClock, onChange });
}
