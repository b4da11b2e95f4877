/** The list of events that consumers could not apply, kept in a compacted topic. */
import type { EventLog, LoggedEvent } from '#engines/event-log/port';
import type { Clock } from '#kernel/clock';
import type { Json, JsonObject } from '#kernel/json';
import { check } from '#kernel/schema';
import { type ParkedEvent, ParkedEventSchema, parkedTopic } from './contract.ts';

/** A parked event with the event itself. */
export interface Parked extends ParkedEvent {
  readonly event: LoggedEvent;
}

const readLimit = 200;

function typeOf(value: Json): string {
  const type =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? value['type'] : undefined;
  return typeof type === 'string' ? type : 'unknown';
}

/** `load` it before use. */
export class ParkedList {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Parked>();

  constructor(log: EventLog, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Reads what is parked. Cost: the topic, which compaction keeps short. */
  async load(): Promise<void> {
    const { log, entries } = { log: this.#log, entries: this.#entries };
    entries.clear();
    await log.configure(parkedTopic, { compact: true });
    for (let partition = 0; partition < log.partitions; partition++) {
      for (let offset = 0; ; ) {
        const events = await log.read(parkedTopic, partition, offset, readLimit);
        for (const event of events) this.#take(event);
        const last = events.at(-1);
        if (!last) break;
        offset = last.offset + 1;
      }
    }
  }

  /** The events of a consumer, or of all, in the order of the log as far as it has one. */
  of(consumer?: string): Parked[] {
    const all = [...this.#entries.values()].filter(
      (one) => consumer === undefined || one.consumer === consumer,
    );
    return all.sort((a, b) => a.at - b.at || a.partition - b.partition || a.offset - b.offset);
  }

  /** The id under which a consumer's event is parked. */
  idOf(consumer: string, { topic, partition, offset }: LoggedEvent): string {
    return [consumer, topic, partition, offset].join('.');
  }

  /** Parks an event, or its new cause; durable when it resolves. */
  async put(consumer: string, event: LoggedEvent, cause: string): Promise<void> {
    const { topic, partition, offset, at, value } = event;
    const id = this.idOf(consumer, event);
    const known = this.#entries.get(id);
    const parked: Parked = {
      ...{ id, consumer, topic, partition, offset, at, cause, event, type: typeOf(value) },
      parkedAt: this.#clock.now(),
      replays: known ? known.replays + 1 : 0,
    };
    await this.#log.append(parkedTopic, [{ key: id, value: parked as unknown as JsonObject }]);
    this.#entries.set(id, parked);
  }

  /** Takes events off the list; durable when it resolves. */
  async remove(ids: readonly string[]): Promise<void> {
    await this.#log.append(
      parkedTopic,
      ids.map((key) => ({ key, value: null })),
    );
    for (const id of ids) this.#entries.delete(id);
  }

  #take({ key, value }: LoggedEvent): void {
    if (value === null) this.#entries.delete(key);
    else this.#entries.set(key, check(ParkedEventSchema, value, 'parked') as Parked);
  }
}

/** A parked event without the event itself. */
export function viewOf({ event: _event, ...parked }: Parked): ParkedEvent {
  return parked;
}
