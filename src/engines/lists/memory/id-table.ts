/** Ids as small numbers, so that an entry of a list takes 12 bytes however many lists share its id. */
import type { Id } from '#kernel/ids';

/** Numbers ids and counts how many lists hold each; numbers of ids that no list holds are used again. */
export class IdTable {
  readonly #numbers = new Map<Id, number>();
  readonly #ids: Id[] = [];
  readonly #holders: number[] = [];
  readonly #free: number[] = [];
  readonly #kept: number[] = [];
  #keepers = 0;

  /** One above the highest number in use. */
  get size(): number {
    return this.#ids.length;
  }

  /** The number of an id that some list holds. */
  find(id: Id): number | undefined {
    return this.#numbers.get(id);
  }

  /** The id of a number that some list holds. */
  idOf(number: number): Id {
    const id = this.#ids[number];
    if (id === undefined) throw new RangeError(`no id has number ${number}`);
    return id;
  }

  /** How many lists hold an id. */
  holders(id: Id): number {
    return this.#holders[this.#numbers.get(id) ?? -1] ?? 0;
  }

  /** Notes that one more list holds an id; answers its number. */
  acquire(id: Id): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) {
      this.#holders[known] = (this.#holders[known] ?? 0) + 1;
      return known;
    }
    const number = this.#free.pop() ?? this.#ids.length;
    this.#ids[number] = id;
    this.#holders[number] = 1;
    this.#numbers.set(id, number);
    return number;
  }

  /** Notes that one list less holds an id. */
  release(number: number): void {
    const left = (this.#holders[number] ?? 0) - 1;
    this.#holders[number] = left;
    if (left > 0) return;
    this.#numbers.delete(this.idOf(number));
    (this.#keepers > 0 ? this.#kept : this.#free).push(number);
  }

  /** Until the answer is called, numbers keep their ids even when no list holds them. */
  keep(): () => void {
    this.#keepers += 1;
    return () => {
      this.#keepers -= 1;
      if (this.#keepers === 0) this.#free.push(...this.#kept.splice(0));
    };
  }

  /** Fills an empty table: the id of each number below `size`, and the numbers that lists hold, as often as they do. */
  fill(size: number, idOf: (number: number) => string, held: Iterable<Uint32Array>): void {
    for (let number = 0; number < size; number += 1) {
      this.#ids.push(idOf(number) as Id);
      this.#holders.push(0);
    }
    for (const numbers of held) {
      for (const number of numbers) this.#holders[number] = (this.#holders[number] ?? 0) + 1;
    }
    for (const [number, id] of this.#ids.entries()) {
      if (this.#holders[number] === 0) this.#free.push(number);
      else this.#numbers.set(id, number);
    }
  }
}

/** Orders ids as numbers: below zero when `a` is smaller. */
export function compareIds(a: Id, b: Id): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : Number(a > b);
}
