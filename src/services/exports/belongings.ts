/** What a person has: boards, and the pins on them, the oldest first. */
import type { MappingEntry } from '#engines/shards/port';
import type { Person } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { BoardData } from '#services/boards/contract';
import type { PinData } from '#services/pins/contract';
import { dataOf, type MappingName, type Store } from '#services/store/contract';

/** An object with when it was made. */
export interface Kept<T> {
  readonly id: Id;
  readonly data: T;
  readonly createdAt: number;
}

const pageSize = 200;

/** Reads them in pages. */
export class Belongings {
  readonly #store: Pick<Store, 'getMany' | 'range' | 'countLinks'>;
  readonly #person: Person;

  constructor(store: Pick<Store, 'getMany' | 'range' | 'countLinks'>, person: Person) {
    this.#store = store;
    this.#person = person;
  }

  async countPins(): Promise<number> {
    const { userId } = this.#person;
    return (await this.#store.countLinks(this.#person, 'user_has_pin', [userId])).get(userId) ?? 0;
  }

  boards(): AsyncIterable<Kept<BoardData>> {
    return this.#objects<BoardData>('user_owns_board');
  }

  pins(): AsyncIterable<Kept<PinData>> {
    return this.#objects<PinData>('user_has_pin');
  }

  async *#objects<T>(mapping: MappingName): AsyncIterable<Kept<T>> {
    for await (const edges of this.#pages(mapping)) {
      const ids = edges.map(({ to }) => to);
      const stored = await this.#store.getMany(this.#person, ids);
      for (const id of ids) {
        const object = stored.get(id);
        if (object) yield { id, data: dataOf<T>(object), createdAt: object.createdAt };
      }
    }
  }

  async *#pages(mapping: MappingName): AsyncIterable<MappingEntry[]> {
    let after: MappingEntry | undefined;
    do {
      const range = { mapping, from: this.#person.userId, limit: pageSize, ascending: true, after } as const;
      const edges = await this.#store.range(this.#person, range);
      yield edges;
      after = edges.length === pageSize ? edges.at(-1) : undefined;
    } while (after);
  }
}
