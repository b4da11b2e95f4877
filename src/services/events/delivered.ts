/** Changes as the log holds them. */
import type { LoggedEvent, NewEvent } from '#engines/event-log/port';
import type { OutboxEntry } from '#engines/shards/port';
import { check } from '#kernel/schema';
import type { LoggedCommit } from '#services/store/contract';
import { ChangeSchema, changeVersion } from './change-schema.ts';
import type { DeliveredChange } from './contract.ts';

/** An outbox entry as an event of the log. Its key is the object's id, so that one object's changes stay in order. */
export function toLogged(shard: number, { sequence, event }: OutboxEntry): NewEvent {
  const id = event['id'];
  return {
    key: typeof id === 'string' ? id : `shard-${shard}`,
    value: { ...event, v: changeVersion, shard, sequence },
  };
}

/** Of events that several consumers are given, for as long as the log gives the same. */
const checked = new WeakMap<LoggedEvent, DeliveredChange>();

/** An event of the log as consumers get it, checked once; throws `InvalidInputError` when it is not what the relay writes. */
export function toDelivered(event: LoggedEvent): DeliveredChange {
  const known = checked.get(event);
  if (known) return known;
  const delivered = deliveredIn(event);
  checked.set(event, delivered);
  return delivered;
}

function deliveredIn({ value, partition, offset }: LoggedEvent): DeliveredChange {
  const {
    v: _v,
    also: _also,
    more: _more,
    ...change
  } = check(ChangeSchema, value, 'change') as unknown as LoggedCommit &
    Omit<DeliveredChange, 'position'> & { v?: number };
  return { ...change, position: { partition, offset } };
}

/** What tells a change from every other one, however often it is delivered. */
export const identity = (shard: number, sequence: number): string => `${shard}:${sequence}`;
