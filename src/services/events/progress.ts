/** Where a consumer is in each partition, and where that is kept. */
import type { EventLog } from '#engines/event-log/port';
import type { Clock } from '#kernel/clock';
import type { Consumer } from './contract.ts';
import type { Stream } from './streams.ts';

/** When a consumer's place is stored: after so many events, or so long after the first of them. */
export interface CheckpointPolicy {
  readonly events: number;
  readonly ms: number;
}

interface Pacing {
  readonly clock: Clock;
  readonly policy: CheckpointPolicy;
}

/** Keeps positions: the next offset of every stream. */
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

/** Hears of applied events, and has positions stored when a policy says that it is time. */
function paced(
  { clock, policy }: Pacing,
  store: (positions: readonly number[]) => Promise<void>,
): Pick<Progress, 'save' | 'dueIn'> {
  let waiting = 0;
  let since = 0;
  const dueIn = (): number | undefined =>
    waiting === 0 ? undefined : Math.max(0, since + policy.ms - clock.now());
  return {
    dueIn,
    async save(positions, events, now = false) {
      if (waiting === 0) since = clock.now();
      waiting += events;
      if (waiting === 0 || !(now || waiting >= policy.events || dueIn() === 0)) return;
      await store(positions);
      waiting = 0;
    },
  };
}

/** For consumers that are durable in themselves or by `settle`: positions are the group's offsets in the log. What was applied and not stored is applied again after a crash. */
export function committedProgress(
  log: EventLog,
  group: string,
  {
    streams,
    settle,
    ...pacing
  }: Pacing & {
    readonly streams: readonly Stream[];
    /** Makes durable what was applied. */
    readonly settle?: Consumer['settle'] | undefined;
  },
): Progress {
  let stored: number[] = [];
  const store = async (positions: readonly number[]): Promise<void> => {
    await settle?.();
    const commits = streams.map(async ({ topic, partition }, i) => {
      if (positions[i] !== stored[i]) await log.commit(group, topic, partition, positions[i] ?? 0);
    });
    await Promise.all(commits);
    stored = [...positions];
  };
  const { save, dueIn } = paced(pacing, store);
  return {
    async load() {
      stored = await Promise.all(
        streams.map(({ topic, partition }) => log.committed(group, topic, partition)),
      );
      return [...stored];
    },
    async save(positions, events, now) {
      await save(positions, events, now);
      // A place may have moved without an event, too.
      if (now) await store(positions);
    },
    dueIn,
    async startOver(reset) {
      await store(streams.map(() => 0));
      await reset();
    },
  };
}

/** Positions in a mark; undefined when the mark is not one of this many streams. */
function positionsIn(mark: string, streams: number): number[] | undefined {
  try {
    const value: unknown = JSON.parse(mark);
    if (!Array.isArray(value) || value.length !== streams) return undefined;
    return value.every((position) => Number.isInteger(position) && position >= 0) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** For consumers that store positions with what they derived: `checkpoint` and `mark`. */
export function markedProgress(
  consumer: Required<Pick<Consumer, 'checkpoint' | 'mark'>>,
  { streams, ...pacing }: Pacing & { readonly streams: number },
): Progress {
  const start = (): number[] => Array.from({ length: streams }, () => 0);
  const checkpoint = (positions: readonly number[]) => consumer.checkpoint(JSON.stringify(positions));
  const { save, dueIn } = paced(pacing, checkpoint);
  return {
    async load() {
      const mark = await consumer.mark();
      return (mark === undefined ? undefined : positionsIn(mark, streams)) ?? start();
    },
    save,
    dueIn,
    async startOver(reset) {
      await reset();
      await checkpoint(start());
    },
  };
}
