/** A file that only grows, by whole appends. */

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { UnavailableError } from '#kernel/errors';
import type { Durability } from '#kernel/sqlite';
import { syncFolder } from '#kernel/sync';

/** Where the system can, a write is synced by the very call that makes it, which is half the trips to Node's thread pool. */
const writeThrough: number | undefined = constants.O_DSYNC;

async function openFor(file: string, durability: Durability): Promise<FileHandle> {
  // Not in append mode, as that ignores the position of a write.
  const mode = constants.O_RDWR | (durability === 'power' ? (writeThrough ?? 0) : 0);
  return open(file, mode).catch(() => open(file, mode | constants.O_CREAT | constants.O_EXCL));
}

/** One writer's file. Calls must not overlap. */
export class AppendFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #durability: Durability;
  #size: number;
  #broken = false;

  private constructor(file: string, handle: FileHandle, size: number, durability: Durability) {
    this.path = file;
    this.#handle = handle;
    this.#size = size;
    this.#durability = durability;
  }

  /** Opens a file, making it when missing. */
  static async open(file: string, durability: Durability): Promise<AppendFile> {
    const handle = await openFor(file, durability);
    const { size } = await handle.stat();
    if (size === 0 && durability === 'power') await syncFolder(path.dirname(file));
    return new AppendFile(file, handle, size, durability);
  }

  /** The bytes that are acknowledged. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds bytes; durable when it resolves. Rejects with `UnavailableError` when the disk refuses; the file then
   * ends where it did. When even that cannot be had, every later append is refused until the file is opened anew.
   */
  async append(bytes: Buffer): Promise<void> {
    if (this.#broken) throw new UnavailableError(`${this.path} must be opened anew after a failed write`);
    try {
      await this.#write(bytes);
      if (this.#durability === 'power' && writeThrough === undefined) await this.#handle.datasync();
      this.#size += bytes.length;
    } catch (error) {
      this.#broken = !(await this.#restored());
      throw new UnavailableError(`${this.path} cannot be written now`, error);
    }
  }

  /** Takes back a write that failed; whether that worked. */
  #restored(): Promise<boolean> {
    return this.#handle.truncate(this.#size).then(
      () => true,
      () => false,
    );
  }

  /** Cuts the file off at `size` bytes. */
  async truncate(size: number): Promise<void> {
    await this.#handle.truncate(size);
    await this.#handle.datasync();
    this.#size = size;
  }

  /** Brings everything to the disk, whatever the durability of appends. */
  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #write(bytes: Buffer): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#size + done);
      done += bytesWritten;
    }
  }
}
