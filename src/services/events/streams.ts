/** What a consumer follows: topics, partition by partition, and how their events are applied. */
import type { EventLog, LoggedEvent } from '#engines/event-log/port';
import { actionsTopic, readAction } from '#services/actions/contract';
import { type Consumer, changesTopic } from './contract.ts';
import { toDelivered } from './delivered.ts';
import type { Apply } from './delivery.ts';

/** One partition of a topic. */
export interface Stream {
  readonly topic: string;
  readonly partition: number;
  readonly apply: Apply;
}

function toAction({ value, partition, offset }: LoggedEvent) {
  return { ...readAction(value), position: { partition, offset } };
}

/** How each topic that a consumer follows is applied. */
function appliers(consumer: Pick<Consumer, 'apply' | 'applyActions'>): Map<string, Apply> {
  const all = new Map<string, Apply>([[changesTopic, (events) => consumer.apply(events.map(toDelivered))]]);
  const { applyActions } = consumer;
  if (applyActions) all.set(actionsTopic, (events) => applyActions.call(consumer, events.map(toAction)));
  return all;
}

/** The streams of a consumer, always in the same order. */
export function streamsOf(
  consumer: Pick<Consumer, 'apply' | 'applyActions'>,
  { partitions }: Pick<EventLog, 'partitions'>,
): Stream[] {
  return [...appliers(consumer)].flatMap(([topic, apply]) =>
    Array.from({ length: partitions }, (_, partition) => ({ topic, partition, apply })),
  );
}

/** The first or the next offset of each stream. */
export function offsetsOf(
  log: Pick<EventLog, 'start' | 'end'>,
  streams: readonly Pick<Stream, 'topic' | 'partition'>[],
  which: 'start' | 'end',
): Promise<number[]> {
  return Promise.all(streams.map(({ topic, partition }) => log[which](topic, partition)));
}
