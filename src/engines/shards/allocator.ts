/** Fresh local ids, reserved ahead in blocks so that a crash leaves gaps and never gives one twice. */
import { InvalidInputError } from '#kernel/errors';
import { encodeId, type Id, type ObjectType, objectTypes } from '#kernel/ids';

const block = 256;
const most = 100_000;

interface Reserve {
  next: number;
  end: number;
}

const keyOf = (shard: number, type: ObjectType): string => `${shard} ${type}`;

/** Gives out ids from reserves in memory. `take` reserves a run of local ids durably and answers the first. */
export class Allocator {
  readonly #take: (shard: number, type: ObjectType, count: number) => Promise<number>;
  readonly #reserves = new Map<string, Reserve>();
  readonly #refills = new Map<string, Promise<void>>();

  constructor(take: (shard: number, type: ObjectType, count: number) => Promise<number>) {
    this.#take = take;
  }

  /** `count` ids that were never given out before. */
  async allocate(shard: number, type: ObjectType, count: number): Promise<Id[]> {
    if (!Number.isInteger(count) || count < 0 || count > most) {
      throw new InvalidInputError('count', `must be a whole number from 0 to ${most}`);
    }
    const key = keyOf(shard, type);
    let reserve = this.#reserve(key);
    while (reserve.end - reserve.next < count) {
      await this.#refill(key, shard, type, count);
      reserve = this.#reserve(key);
    }
    const first = reserve.next;
    reserve.next += count;
    return Array.from({ length: count }, (_, i) =>
      encodeId({ shard, type: objectTypes[type], local: first + i }),
    );
  }

  /** Drops what is reserved, for the shard's sequence was set by other hands; of all types unless one is given. */
  forget(shard: number, type?: ObjectType): void {
    const types = type === undefined ? (Object.keys(objectTypes) as ObjectType[]) : [type];
    for (const one of types) this.#reserves.delete(keyOf(shard, one));
  }

  #reserve(key: string): Reserve {
    const reserve = this.#reserves.get(key) ?? { next: 0, end: 0 };
    this.#reserves.set(key, reserve);
    return reserve;
  }

  #refill(key: string, shard: number, type: ObjectType, count: number): Promise<void> {
    const running = this.#refills.get(key) ?? this.#extend(key, shard, type, Math.max(count, block));
    this.#refills.set(key, running);
    return running;
  }

  async #extend(key: string, shard: number, type: ObjectType, count: number): Promise<void> {
    // One that is forgotten meanwhile is filled for nobody.
    const reserve = this.#reserve(key);
    try {
      const first = await this.#take(shard, type, count);
      if (reserve.end !== first) reserve.next = first;
      reserve.end = first + count;
    } finally {
      this.#refills.delete(key);
    }
  }
}
