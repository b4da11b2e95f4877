/** Where a consumer is in each partition, and where that is kept. */
import type { EventLog } from '#engines/event-log/port';
import type { Clock } from '#kernel/clock';
import { type Consumer, changesTopic } from './contract.ts';

/** When a consumer with checkpoints makes one: after so many events, or so long after the first of them. */
export interface CheckpointPolicy {
  readonly events: number;
  readonly ms: number;
}

/** Keeps positions: the next offset of every partition. */
export interface Progress {
  /** The stored positions; 0 where nothing is stored. */
  load(): Promise<number[]>;
  /** Hears of `events` more events applied; stores the positions when it is time, or when told to. */
  save(positions: readonly number[], events: number, now?: boolean): Promise<void>;
  /** Milliseconds until it is time to save; undefined when nothing waits. */
  dueIn(): number | undefined;
  /** Empties the consumer and stores that it is at the start, in an order that a crash cannot harm. */
  startOver(reset: () => Promise<void>): Promise<void>;
}

/** For consumers that are durable in themselves: positions are the group's offsets in the log. */
export function committedProgress(log: EventLog, group: string): Progress {
  let stored: number[] = [];
  const partitions = Array.from({ length: log.partitions }, (_, partition) => partition);
  const save = async (positions: readonly number[]): Promise<void> => {
    const moved = partitions.filter((partition) => positions[partition] !== stored[partition]);
    const at = (partition: number): number => positions[partition] ?? 0;
    await Promise.all(moved.map((partition) => log.commit(group, changesTopic, partition, at(partition))));
    stored = [...positions];
  };
  return {
    async load() {
      stored = await Promise.all(
        partitions.map((partition) => log.committed(group, changesTopic, partition)),
      );
      return [...stored];
    },
    save,
    dueIn: () => undefined,
    async startOver(reset) {
      await save(partitions.map(() => 0));
      await reset();
    },
  };
}

/** Positions in a mark; undefined when the mark is not one of this many partitions. */
function positionsIn(mark: string, partitions: number): number[] | undefined {
  try {
    const value: unknown = JSON.parse(mark);
    if (!Array.isArray(value) || value.length !== partitions) return undefined;
    return value.every((position) => Number.isInteger(position) && position >= 0) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** For consumers that store positions with what they derived: `checkpoint` and `mark`. */
export function markedProgress(
  consumer: Required<Pick<Consumer, 'checkpoint' | 'mark'>>,
  { partitions, clock, policy }: { partitions: number; clock: Clock; policy: CheckpointPolicy },
): Progress {
  const start = (): number[] => Array.from({ length: partitions }, () => 0);
  let waiting = 0;
  let since = 0;
  const dueIn = (): number | undefined =>
    waiting === 0 ? undefined : Math.max(0, since + policy.ms - clock.now());
  const checkpoint = async (positions: readonly number[]): Promise<void> => {
    await consumer.checkpoint(JSON.stringify(positions));
    waiting = 0;
  };
  return {
    async load() {
      const mark = await consumer.mark();
      return (mark === undefined ? undefined : positionsIn(mark, partitions)) ?? start();
    },
    async save(positions, events, now = false) {
      if (waiting === 0) since = clock.now();
      waiting += events;
      if (waiting > 0 && (now || waiting >= policy.events || dueIn() === 0)) await checkpoint(positions);
    },
    dueIn,
    async startOver(reset) {
      await reset();
      await checkpoint(start());
    },
  };
}
