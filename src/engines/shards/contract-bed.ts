/** What the parts of the shards' contract suite share. */
import { ManualClock } from '#kernel/clock';
import { encodeId, type Id, type ObjectType, objectTypes } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { Change, LinkChange, PutObject, Shards } from './port.ts';

/** Where the shards of one test keep their data. */
export interface ShardsPlace {
  /** Opens at least 4 shards; again after a close, with the same data. */
  open(clock: ManualClock): Promise<Shards>;
  remove(): Promise<void>;
  /** Engines have noted how the shards stand already, so that empty ones take room too. */
  readonly isUsed?: boolean;
}

/** The shards of one test. */
export class ShardsBed {
  readonly clock = new ManualClock();
  readonly #place: ShardsPlace;
  #shards: Shards | undefined;

  constructor(place: ShardsPlace) {
    this.#place = place;
  }

  /** Whether empty shards may take room. */
  get isUsed(): boolean {
    return this.#place.isUsed ?? false;
  }

  /** The shards, open. */
  get shards(): Shards {
    if (!this.#shards) throw new Error('the bed is not open');
    return this.#shards;
  }

  /** Opens, or closes and opens again. */
  async reopen(): Promise<Shards> {
    await this.#shards?.close();
    this.#shards = await this.#place.open(this.clock);
    return this.#shards;
  }

  /** Closes and removes everything. */
  async tearDown(): Promise<void> {
    await this.#shards?.close();
    await this.#place.remove();
  }
}

/** An id put together for a test. */
export function idOf(shard: number, type: ObjectType, local: number): Id {
  return encodeId({ shard, type: objectTypes[type], local });
}

/** A put. */
export function put(id: Id, data: JsonObject, expect?: number): PutObject {
  return { kind: 'put', id, data, expect };
}

/** A link in a mapping of users to boards. */
export function link(from: Id, to: Id, sequence: number, unique = false): LinkChange {
  return { kind: 'link', mapping: 'user_owns_board', from, to, sequence, unique };
}

/** An event. */
export function emit(event: JsonObject): Change {
  return { kind: 'emit', event };
}
