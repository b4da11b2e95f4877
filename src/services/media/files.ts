/** Files of pictures: made once for all who wait, small ones kept in memory while they are asked for. */
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { LRUCache } from 'lru-cache';
import type { Blobs } from '#engines/blobs/port';
import { NotFoundError } from '#kernel/errors';
import { recent } from '#kernel/lru';

const memoryBytes = 24 * 1024 * 1024;
const largestInMemory = 256 * 1024;
const knownSizes = 100_000;

/** Reads and makes files among the blobs. */
export class PictureFiles {
  readonly #blobs: Blobs;
  readonly #hot = new LRUCache<string, Buffer>({
    maxSize: memoryBytes,
    maxEntrySize: largestInMemory,
    sizeCalculation: (bytes) => bytes.length + 200,
  });
  /** Blobs are never rewritten, so a size that was seen stays true. */
  readonly #sizes = recent<string, number>(knownSizes);
  readonly #making = new Map<string, Promise<number>>();

  constructor(blobs: Blobs) {
    this.#blobs = blobs;
  }

  /** The size when it is known without asking the disk. */
  knownSize(key: string): number | undefined {
    return this.#sizes.get(key);
  }

  /** The size; undefined when there is no such file. */
  async size(key: string): Promise<number | undefined> {
    const known = this.#sizes.get(key);
    if (known !== undefined) return known;
    const bytes = (await this.#blobs.head(key))?.bytes;
    if (bytes !== undefined) this.#sizes.set(key, bytes);
    return bytes;
  }

  /** The size of a file that `make` writes to a path when it is not there; all who ask meanwhile wait for the same. */
  async ensure(key: string, make: (target: string) => Promise<void>): Promise<number> {
    const there = await this.size(key);
    if (there !== undefined) return there;
    const making = this.#making.get(key) ?? this.#make(key, make);
    this.#making.set(key, making);
    return making;
  }

  async #make(key: string, make: (target: string) => Promise<void>): Promise<number> {
    const target = await this.#blobs.temporaryPath();
    try {
      await make(target);
      const [{ bytes } = { bytes: 0 }] = await this.#blobs.adopt([{ key, file: target }]);
      this.#sizes.set(key, bytes);
      return bytes;
    } finally {
      this.#making.delete(key);
      await rm(target, { force: true });
    }
  }

  /** The bytes, or a stream of them when they are many. Throws `NotFoundError` when the file is gone. */
  async open(key: string, bytes: number, range?: { start: number; end: number }): Promise<Buffer | Readable> {
    const hot = this.#hot.get(key) ?? (bytes <= largestInMemory ? await this.#heat(key) : undefined);
    if (hot) return range ? hot.subarray(range.start, range.end) : hot;
    const found = await this.#blobs.open(key, range);
    if (!found) throw this.#lost(key);
    return found.body;
  }

  async #heat(key: string): Promise<Buffer> {
    const bytes = await this.#blobs.read(key);
    if (!bytes) throw this.#lost(key);
    this.#hot.set(key, bytes);
    return bytes;
  }

  #lost(key: string): NotFoundError {
    this.#sizes.delete(key);
    return new NotFoundError('picture');
  }
}
