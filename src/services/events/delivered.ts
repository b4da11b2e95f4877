/** Changes as the log holds them. */
import type { LoggedEvent, NewEvent } from '#engines/event-log/port';
import type { OutboxEntry } from '#engines/shards/port';
import type { LoggedCommit } from '#services/store/contract';
import type { DeliveredChange } from './contract.ts';

/** An outbox entry as an event of the log. Its key is the object's id, so that one object's changes stay in order. */
export function toLogged(shard: number, { sequence, event }: OutboxEntry): NewEvent {
  const id = event['id'];
  return {
    key: typeof id === 'string' ? id : `shard-${shard}`,
    value: { ...event, shard, sequence },
  };
}

/** An event of the log as consumers get it. */
export function toDelivered({ value, partition, offset }: LoggedEvent): DeliveredChange {
  // Only the relay writes to the topic, and it writes what `toLogged` makes.
  const {
    also: _also,
    more: _more,
    ...change
  } = value as unknown as LoggedCommit & Omit<DeliveredChange, 'position'>;
  return { ...change, position: { partition, offset } };
}

/** What tells a change from every other one, however often it is delivered. */
export const identity = (shard: number, sequence: number): string => `${shard}:${sequence}`;
