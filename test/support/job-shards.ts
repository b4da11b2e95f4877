/** Job shards for tests: queues in files or on servers that are used as one. */
import type { JobShard } from '#engines/queue/job-shard';
import type { Queue } from '#engines/queue/port';
import { type JobShardPlace, openShardedQueue } from '#engines/queue/sharded';
import type { Clock } from '#kernel/clock';

/** Opens the adapter of a shard. */
export type OpenShard = (number: number) => JobShard;

/** A shard that tests open: whether it takes jobs may be changed, and it may be replaced by another opening of it. */
interface ShardPlace extends JobShardPlace {
  isServing: boolean;
  replace(shard: JobShard): void;
}

/** Where a shard is that is opened here. */
export function placeOf(number: number, open: OpenShard): ShardPlace {
  let shard = open(number);
  const place: ShardPlace = {
    number,
    name: `shard-${number}`,
    isServing: true,
    replace: (another) => {
      shard = another;
    },
    shard: () => shard,
    takesJobs: () => place.isServing,
    close: () => shard.close(),
  };
  return place;
}

/** One queue over `count` shards. */
export function shardedQueue(count: number, clock: Clock, open: OpenShard): Queue {
  const places = Array.from({ length: count }, (_, number) => placeOf(number, open));
  return openShardedQueue({ places, clock });
}
