/** Fresh local ids, reserved ahead in blocks so that a crash leaves gaps and never gives one twice. */
import { InvalidInputError } from '#kernel/errors';
import { encodeId, type Id, type ObjectType, objectTypes } from '#kernel/ids';
import type { ShardFile } from './shard-file.ts';

const block = 256;
const most = 100_000;

interface Reserve {
  next: number;
  end: number;
}

/** Takes `count` local ids out of the file's sequence, inside a transaction; answers the first. Local ids start at 1. */
export function takeSequence(file: ShardFile, type: ObjectType, count: number): number {
  const sql = `insert into sequences (type, next) values (?, ? + 1)
    on conflict do update set next = next + ? returning next - ?`;
  return Number(file.rows(sql, type, count, count, count)[0]?.[0]);
}

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
    const key = `${shard} ${type}`;
    const reserve = this.#reserves.get(key) ?? { next: 0, end: 0 };
    this.#reserves.set(key, reserve);
    while (reserve.end - reserve.next < count) await this.#refill(key, shard, type, count);
    const first = reserve.next;
    reserve.next += count;
    return Array.from({ length: count }, (_, i) =>
      encodeId({ shard, type: objectTypes[type], local: first + i }),
    );
  }

  #refill(key: string, shard: number, type: ObjectType, count: number): Promise<void> {
    const running = this.#refills.get(key) ?? this.#extend(key, shard, type, Math.max(count, block));
    this.#refills.set(key, running);
    return running;
  }

  async #extend(key: string, shard: number, type: ObjectType, count: number): Promise<void> {
    try {
      const first = await this.#take(shard, type, count);
      const reserve = this.#reserves.get(key);
      if (!reserve) return;
      if (reserve.end !== first) reserve.next = first;
      reserve.end = first + count;
    } finally {
      this.#refills.delete(key);
    }
  }
}
