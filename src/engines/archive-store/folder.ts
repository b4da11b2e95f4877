/** The archive store in a folder. A file is synced, moved into its place, and its folders are synced. */

import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { NotFoundError, UnavailableError } from '#kernel/errors';
import { syncFile, syncFolder } from '#kernel/sync';
import { type ArchiveStore, type LocalCopy, requireName, type StoredFile } from './port.ts';

/** Where what comes from another disk is copied to first. Not to be mistaken for a name: they begin with a letter or a digit. */
const incoming = '_incoming';
const staleMs = 24 * 60 * 60 * 1000;

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;

/** Entries of a folder by name; none where there is no such folder. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new UnavailableError(`${folder} cannot be read now`, error);
  }
}

/** Undefined where the file has gone meanwhile. */
async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new UnavailableError(`${file} cannot be read now`, error);
  }
}

class FolderArchive implements ArchiveStore {
  readonly place: string;

  constructor(folder: string) {
    this.place = folder;
  }

  async put(name: string, file: string): Promise<void> {
    const target = this.#pathOf(name);
    try {
      await syncFile(file);
      await mkdir(path.dirname(target), { recursive: true });
      await this.#move(file, target);
      await this.#syncAbove(target);
    } catch (error) {
      throw new UnavailableError(`${target} cannot be written now`, error);
    }
  }

  list(prefix: string): AsyncIterable<StoredFile> {
    const whole = prefix.lastIndexOf('/') + 1;
    return this.#walk(prefix.slice(0, whole), prefix);
  }

  async local(name: string): Promise<LocalCopy> {
    const file = this.#pathOf(name);
    await stat(file).catch((error: unknown) => {
      throw codeOf(error) === 'ENOENT' ? new NotFoundError(`file of the archive: ${name}`) : error;
    });
    return { path: file, [Symbol.asyncDispose]: () => Promise.resolve() };
  }

  async remove(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true });
  }

  mirror(): Promise<string> {
    return Promise.resolve(this.place);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Removes what a crash left of copies. */
  async clean(): Promise<void> {
    const folder = path.join(this.place, incoming);
    for (const { name } of await entriesOf(folder)) {
      const file = path.join(folder, name);
      const { mtimeMs } = await stat(file);
      if (mtimeMs < Date.now() - staleMs) await rm(file, { force: true });
    }
  }

  #pathOf(name: string): string {
    requireName(name);
    return path.join(this.place, name);
  }

  async #move(file: string, target: string): Promise<void> {
    try {
      await rename(file, target);
    } catch (error) {
      if (codeOf(error) !== 'EXDEV') throw error;
      const copy = path.join(this.place, incoming, randomUUID());
      await mkdir(path.dirname(copy), { recursive: true });
      await copyFile(file, copy);
      await syncFile(copy);
      await rename(copy, target);
      await rm(file, { force: true });
    }
  }

  async #syncAbove(target: string): Promise<void> {
    for (let at = path.dirname(target); at.length >= this.place.length; at = path.dirname(at))
      await syncFolder(at);
  }

  async *#walk(folder: string, prefix: string): AsyncIterable<StoredFile> {
    for (const entry of await entriesOf(path.join(this.place, folder))) {
      const name = folder + entry.name;
      if (entry.isDirectory()) {
        const inner = `${name}/`;
        if (entry.name !== incoming && (inner.startsWith(prefix) || prefix.startsWith(inner)))
          yield* this.#walk(inner, prefix);
      } else if (name.startsWith(prefix)) {
        const bytes = await sizeOf(path.join(this.place, name));
        if (bytes !== undefined) yield { name, bytes };
      }
    }
  }
}

/** Opens the archive in a folder, made when missing. Several processes may open the same. */
export async function openFolderArchive(folder: string): Promise<ArchiveStore> {
  const store = new FolderArchive(path.resolve(folder));
  await mkdir(store.place, { recursive: true });
  await store.clean();
  return store;
}
