/** One list: numbers of ids and their scores in two arrays, the best first. */
import type { Id } from '#kernel/ids';
import type { ListEntry } from '../port.ts';
import { compareIds, type IdTable } from './id-table.ts';

/** The entries of a list at one moment. */
export interface Columns {
  readonly numbers: Uint32Array;
  readonly scores: Float64Array;
}

/** Ordered by score descending, then by id descending. Finding a place is O(log n); making room moves at most 12 bytes an entry. */
export class SortedList {
  readonly #table: IdTable;
  #numbers: Uint32Array;
  #scores: Float64Array;
  #length: number;
  #isShared = false;

  /** Starts with entries in order that the table counts already, or with none. */
  constructor(table: IdTable, columns?: Columns) {
    this.#table = table;
    this.#numbers = columns?.numbers ?? new Uint32Array(8);
    this.#scores = columns?.scores ?? new Float64Array(8);
    this.#length = columns?.numbers.length ?? 0;
  }

  get length(): number {
    return this.#length;
  }

  /** The entry at a place from 0. */
  at(place: number): ListEntry {
    return { id: this.#table.idOf(this.#numbers[place] ?? -1), score: this.#scores[place] ?? 0 };
  }

  /** How many entries come before one. */
  placeOf({ id, score }: ListEntry): number {
    let [low, high] = [0, this.#length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(middle, id, score)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isBefore(place: number, id: Id, score: number): boolean {
    const there = this.#scores[place] ?? 0;
    if (there !== score) return there > score;
    return compareIds(this.#table.idOf(this.#numbers[place] ?? -1), id) > 0;
  }

  /** Puts an entry where it belongs, away from where it was. */
  put(entry: ListEntry): void {
    this.remove(entry.id);
    const place = this.placeOf(entry);
    this.#own(this.#length + 1);
    this.#numbers.copyWithin(place + 1, place, this.#length);
    this.#scores.copyWithin(place + 1, place, this.#length);
    this.#numbers[place] = this.#table.acquire(entry.id);
    this.#scores[place] = entry.score;
    this.#length += 1;
  }

  /** Takes an id out; answers whether it was there. */
  remove(id: Id): boolean {
    const number = this.#table.find(id);
    if (number === undefined) return false;
    const place = this.#numbers.indexOf(number);
    if (place < 0 || place >= this.#length) return false;
    this.#own(this.#length);
    this.#numbers.copyWithin(place, place + 1, this.#length);
    this.#scores.copyWithin(place, place + 1, this.#length);
    this.#length -= 1;
    this.#table.release(number);
    return true;
  }

  /** Keeps the best so many. */
  trim(keep: number): void {
    while (this.#length > keep) {
      this.#length -= 1;
      this.#table.release(this.#numbers[this.#length] ?? 0);
    }
  }

  /** The entries as they are now; later changes leave the answer alone. */
  columns(): Columns {
    this.#isShared = true;
    return {
      numbers: this.#numbers.subarray(0, this.#length),
      scores: this.#scores.subarray(0, this.#length),
    };
  }

  /** Makes sure of arrays of one's own that hold `length` entries. */
  #own(length: number): void {
    const room = this.#numbers.length;
    if (length <= room && !this.#isShared) return;
    const size = length <= room ? room : Math.ceil(length * 1.5);
    const numbers = new Uint32Array(size);
    const scores = new Float64Array(size);
    numbers.set(this.#numbers);
    scores.set(this.#scores);
    this.#numbers = numbers;
    this.#scores = scores;
    this.#isShared = false;
  }
}
