/** Blobs as files in a folder: `files/` mirrors the keys, `temporary/` holds what is being written. */

import { randomUUID } from 'node:crypto';
import { createWriteStream, type Stats } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InvalidInputError, NotFoundError, UnavailableError } from '#kernel/errors';
import { syncFile, syncFolder } from '#kernel/sync';
import { walkKeys } from './disk-walk.ts';
import { keySegments } from './keys.ts';
import type { AdoptedFile, BlobInfo, Blobs, ByteRange, LocalFile } from './port.ts';

/** Where the files are. One process at a time writes to a folder. */
export interface DiskBlobsOptions {
  /** Made when missing. */
  readonly folder: string;
}

/** Answers undefined for what is not there; a key below another key is not there either. */
async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  return found.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return undefined;
    throw error;
  });
}

/** A file on its way to its place. */
interface Move {
  readonly file: string;
  readonly target: string;
}

function checkRange(range: ByteRange, bytes: number): void {
  const sound = Number.isInteger(range.start) && range.start >= 0 && range.start <= range.end;
  if (sound && range.end <= bytes) return;
  throw new InvalidInputError('range', `must lie within the blob's ${bytes} bytes`);
}

class DiskBlobs implements Blobs {
  readonly #files: string;
  readonly #temporary: string;
  #closed = false;

  constructor(files: string, temporary: string) {
    this.#files = files;
    this.#temporary = temporary;
  }

  #pathOf(key: string): string {
    if (this.#closed) throw new UnavailableError('the blobs are closed');
    return path.join(this.#files, ...keySegments(key));
  }

  /** Makes the renames into one folder durable too: folders that may be new are synced up to the first that was there. */
  async #moveIn(folder: string, moves: readonly Move[]): Promise<void> {
    const firstMade = await mkdir(folder, { recursive: true });
    await Promise.all(moves.map(({ file, target }) => rename(file, target)));
    await syncFolder(folder);
    if (firstMade === undefined) return;
    for (let at = path.dirname(folder); at.length >= path.dirname(firstMade).length; at = path.dirname(at)) {
      await syncFolder(at);
    }
  }

  async put(key: string, body: Readable | Uint8Array): Promise<BlobInfo> {
    const target = this.#pathOf(key);
    const temporary = await this.temporaryPath();
    try {
      const source = body instanceof Readable ? body : Readable.from([body]);
      await pipeline(source, createWriteStream(temporary, { flags: 'wx', flush: true }));
      await this.#moveIn(path.dirname(target), [{ file: temporary, target }]);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return { key, bytes: (await stat(target)).size };
  }

  async adopt(files: readonly AdoptedFile[]): Promise<BlobInfo[]> {
    const moves = files.map(({ key, file }) => ({ file, target: this.#pathOf(key) }));
    const sizes = await Promise.all(files.map(({ file }) => syncFile(file)));
    const byFolder = Map.groupBy(moves, ({ target }) => path.dirname(target));
    await Promise.all([...byFolder].map(([folder, some]) => this.#moveIn(folder, some)));
    return files.map(({ key }, at) => ({ key, bytes: sizes[at] ?? 0 }));
  }

  async #stat(key: string): Promise<Stats | undefined> {
    const found = await unlessMissing(stat(this.#pathOf(key)));
    return found?.isFile() ? found : undefined;
  }

  async head(key: string): Promise<BlobInfo | undefined> {
    const found = await this.#stat(key);
    return found && { key, bytes: found.size };
  }

  async open(key: string, range?: ByteRange): Promise<{ info: BlobInfo; body: Readable } | undefined> {
    const handle = await unlessMissing(open(this.#pathOf(key), 'r'));
    if (!handle) return undefined;
    try {
      const found = await handle.stat();
      if (!found.isFile()) return await handle.close().then(() => undefined);
      const { start, end } = range ?? { start: 0, end: found.size };
      checkRange({ start, end }, found.size);
      if (start === end) await handle.close();
      const body = start === end ? Readable.from([]) : handle.createReadStream({ start, end: end - 1 });
      return { info: { key, bytes: found.size }, body };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async read(key: string): Promise<Buffer | undefined> {
    return unlessMissing(readFile(this.#pathOf(key)));
  }

  async local(key: string): Promise<LocalFile> {
    if (!(await this.#stat(key))) throw new NotFoundError('blob');
    return { path: this.#pathOf(key), [Symbol.asyncDispose]: async () => {} };
  }

  list(prefix: string): AsyncIterable<BlobInfo> {
    if (this.#closed) throw new UnavailableError('the blobs are closed');
    return walkKeys(this.#files, prefix);
  }

  async delete(key: string): Promise<void> {
    const target = this.#pathOf(key);
    if (await this.#stat(key)) await rm(target, { force: true });
  }

  async temporaryPath(): Promise<string> {
    if (this.#closed) throw new UnavailableError('the blobs are closed');
    return path.join(this.#temporary, randomUUID());
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}

/**
 * Opens blobs in a folder and removes what an earlier process left half written. A write costs a sync
 * of the file and of its folder, of which files that are adopted together share one; a read is a plain file read. A key
 * cannot lie below another key.
 */
export async function openDiskBlobs({ folder }: DiskBlobsOptions): Promise<Blobs> {
  const temporary = path.join(folder, 'temporary');
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  const files = path.join(folder, 'files');
  await mkdir(files, { recursive: true });
  return new DiskBlobs(path.resolve(files), path.resolve(temporary));
}
