/** The lists port in this process's memory, with snapshots in a file. */
import { rm } from 'node:fs/promises';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Log } from '#kernel/log';
import { Serial } from '#kernel/serial';
import { turns } from '#kernel/turns';
import { Shelf } from './memory/shelf.ts';
import type { Snapshot } from './memory/snapshot.ts';
import { readSnapshot } from './memory/snapshot-reader.ts';
import { writeSnapshot } from './memory/snapshot-writer.ts';
import { mergeBest } from './memory/union.ts';
import type { ListEntry, Lists } from './port.ts';

/** Where to keep snapshots. */
export interface MemoryListsOptions {
  /** The snapshot file; null to keep nothing over a restart. */
  readonly path: string | null;
  readonly log?: Log;
}

/**
 * Opens the lists as the last checkpoint left them; what was pushed after it is gone, and a damaged
 * file counts as none, since lists can be rebuilt. An entry takes 12 bytes, an id shared by lists
 * about 120 once. `clear` removes the checkpoint too.
 */
export async function openMemoryLists({ path, log }: MemoryListsOptions): Promise<Lists> {
  const shelf = new Shelf();
  if (path === null) return new MemoryLists(path, shelf, undefined);
  try {
    const snapshot = await readSnapshot(path);
    if (snapshot) shelf.restore(snapshot);
    return new MemoryLists(path, shelf, snapshot?.mark);
  } catch (error) {
    log?.warn({ err: error, path }, 'the lists cannot be read and start empty');
    return new MemoryLists(path, new Shelf(), undefined);
  }
}

function requireEntries(entries: readonly ListEntry[], keep: number): void {
  if (!Number.isInteger(keep) || keep < 0)
    throw new InvalidInputError('keep', 'must be a whole number from 0');
  if (!entries.every(({ score }) => Number.isFinite(score))) {
    throw new InvalidInputError('score', 'must be a finite number');
  }
}

class MemoryLists implements Lists {
  readonly #path: string | null;
  #shelf: Shelf;
  #mark: string | undefined;
  /** What touches the file, one after another. */
  readonly #file = new Serial();
  #isClosed = false;

  constructor(path: string | null, shelf: Shelf, mark: string | undefined) {
    this.#path = path;
    this.#shelf = shelf;
    this.#mark = mark;
  }

  async push(
    pushes: readonly {
      readonly list: string;
      readonly entries: readonly ListEntry[];
      readonly keep: number;
    }[],
  ): Promise<void> {
    for (const { entries, keep } of pushes) requireEntries(entries, keep);
    const pause = turns();
    for (const { list: name, entries, keep } of pushes) {
      this.#open().change(name, (list) => {
        for (const entry of entries) list.put(entry);
        list.trim(keep);
      });
      await pause();
    }
  }

  async range(name: string, limit: number, after?: ListEntry): Promise<ListEntry[]> {
    const list = this.#open().get(name);
    if (!list) return [];
    let start = after ? list.placeOf(after) : 0;
    if (after && start < list.length && list.at(start).id === after.id) start += 1;
    const end = Math.min(list.length, start + limit);
    return Array.from({ length: Math.max(0, end - start) }, (_, i) => list.at(start + i));
  }

  async union(names: readonly string[], limit: number): Promise<ListEntry[]> {
    const shelf = this.#open();
    const lists = names.map((name) => shelf.get(name)).filter((list) => list !== undefined);
    return mergeBest(lists, limit);
  }

  async remove(name: string, ids: readonly Id[]): Promise<void> {
    this.#open().remove(name, ids);
  }

  async removeEverywhere(id: Id): Promise<void> {
    await this.#open().removeEverywhere(id);
  }

  async size(name: string): Promise<number> {
    return this.#open().get(name)?.length ?? 0;
  }

  async checkpoint(mark: string): Promise<void> {
    const { snapshot, end } = this.#open().snapshot(mark);
    await this.#file.run(() => this.#save(snapshot)).finally(end);
  }

  async #save(snapshot: Snapshot): Promise<void> {
    try {
      if (this.#path !== null) await writeSnapshot(this.#path, snapshot);
      this.#mark = snapshot.mark;
    } catch (error) {
      throw new UnavailableError('the lists cannot be saved', error);
    }
  }

  async mark(): Promise<string | undefined> {
    this.#open();
    return this.#mark;
  }

  async clear(): Promise<void> {
    this.#open();
    this.#shelf = new Shelf();
    await this.#file.run(async () => {
      if (this.#path !== null) await rm(this.#path, { force: true });
      this.#mark = undefined;
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#file.run(async () => undefined);
  }

  #open(): Shelf {
    if (this.#isClosed) throw new UnavailableError('the lists are closed');
    return this.#shelf;
  }
}
