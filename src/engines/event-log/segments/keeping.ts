/** What a partition keeps: segments leave by age and size, and are compacted by key. */
import type { TopicPolicy } from '../port.ts';
import { compact, isWorthwhile } from './compaction.ts';
import type { Partition, PartitionOptions } from './partition.ts';
import type { SealedSegment } from './segment.ts';

const day = 24 * 60 * 60 * 1000;

/** Brings a partition in line with its topic's policy. Events from offset `floor` on must not leave for their age or for room. */
export async function keep(
  partition: Partition,
  policy: TopicPolicy,
  { clock, segmentBytes, durability }: Pick<PartitionOptions, 'clock' | 'segmentBytes' | 'durability'>,
  floor: number,
): Promise<void> {
  const now = clock.now();
  const { retainMs, compact: isCompacted, tombstoneMs = day } = policy;
  if (retainMs !== undefined) await partition.roll(now - retainMs);
  const leaving = await leavers(partition, policy, now, floor);
  if (leaving.length > 0) await partition.drop(leaving);
  if (!isCompacted || !isWorthwhile(partition.sealed)) return;
  const options = { segmentBytes, durability, tombstonesBefore: now - tombstoneMs };
  await compact(partition.sealed, options, (run, by) => partition.replace(run, by));
}

/** The oldest segments that are too old or too much. */
async function leavers(
  { sealed, size }: Partition,
  { retainMs = Number.POSITIVE_INFINITY, retainBytes = Number.POSITIVE_INFINITY }: TopicPolicy,
  now: number,
  floor: number,
): Promise<SealedSegment[]> {
  const leaving: SealedSegment[] = [];
  let left = size;
  for (const segment of sealed) {
    const isOver = left > retainBytes || (await segment.lastAt()) < now - retainMs;
    if (!isOver || segment.end > floor) break;
    leaving.push(segment);
    left -= segment.size;
  }
  return leaving;
}
