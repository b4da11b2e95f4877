/** Reading what the log no longer holds, in pieces of the reader's size. */
import type { EventHistory, LoggedEvent } from '#engines/event-log/port';

/** Where a reader of one partition is. */
interface Place {
  readonly events: AsyncIterator<LoggedEvent[]>;
  /** Read and not given out. */
  held: LoggedEvent[];
  next: number;
}

/** Goes on where it was last asked; from anywhere else it begins anew. */
export class Past {
  readonly #history: EventHistory | undefined;
  readonly #places = new Map<string, Place>();

  constructor(history: EventHistory | undefined) {
    this.#history = history;
  }

  /** Up to `limit` events from an offset on; none where nothing is kept. */
  async read(topic: string, partition: number, from: number, limit: number): Promise<LoggedEvent[]> {
    if (!this.#history) return [];
    const key = `${topic} ${partition}`;
    let place = this.#places.get(key);
    if (place?.next !== from) {
      await place?.events.return?.();
      const events = this.#history.read(topic, partition, { offset: from })[Symbol.asyncIterator]();
      place = { events, held: [], next: from };
      this.#places.set(key, place);
    }
    if (place.held.length === 0) place.held = (await place.events.next()).value ?? [];
    const given = place.held.slice(0, limit);
    place.held = place.held.slice(limit);
    place.next = (given.at(-1)?.offset ?? from - 1) + 1;
    if (given.length === 0) this.#places.delete(key);
    return given;
  }

  /** Lets go of what reading a partition holds open. */
  async leave(topic: string, partition: number): Promise<void> {
    const key = `${topic} ${partition}`;
    const place = this.#places.get(key);
    this.#places.delete(key);
    await place?.events.return?.();
  }
}
