/** All lists by name, over one table of ids. */
import type { Id } from '#kernel/ids';
import { turns } from '#kernel/turns';
import { IdTable } from './id-table.ts';
import type { Snapshot } from './snapshot.ts';
import { SortedList } from './sorted-list.ts';

/** The lists of one process; an empty list is no list. */
export class Shelf {
  readonly #table = new IdTable();
  readonly #lists = new Map<string, SortedList>();

  /** The list of that name, if it has entries. */
  get(name: string): SortedList | undefined {
    return this.#lists.get(name);
  }

  /** Takes ids out of a list. */
  remove(name: string, ids: readonly Id[]): void {
    if (!this.#lists.has(name)) return;
    this.change(name, (list) => {
      for (const id of ids) list.remove(id);
    });
  }

  /** Changes the list of that name, made when missing. */
  change(name: string, change: (list: SortedList) => void): void {
    const list = this.#lists.get(name) ?? new SortedList(this.#table);
    change(list);
    if (list.length > 0) this.#lists.set(name, list);
    else this.#lists.delete(name);
  }

  /** Takes an id out of every list. Looks through all entries, in turns, until it has found as many as there are. */
  async removeEverywhere(id: Id): Promise<void> {
    const pause = turns();
    for (const name of this.#lists.keys()) {
      if (this.#table.holders(id) === 0) return;
      this.remove(name, [id]);
      await pause();
    }
  }

  /** Everything at this moment, to be read at leisure until `end` is called. */
  snapshot(mark: string): { snapshot: Snapshot; end: () => void } {
    const end = this.#table.keep();
    const lists = [...this.#lists].map(([name, list]) => ({ name, columns: list.columns() }));
    const idOf = (number: number): Id => this.#table.idOf(number);
    return { snapshot: { mark, size: this.#table.size, idOf, lists }, end };
  }

  /** Fills an empty shelf. */
  restore({ size, idOf, lists }: Snapshot): void {
    this.#table.fill(
      size,
      idOf,
      lists.map(({ columns }) => columns.numbers),
    );
    for (const { name, columns } of lists) this.#lists.set(name, new SortedList(this.#table, columns));
  }
}
