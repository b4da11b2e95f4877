/**
 * Copies of shards' files, each as it was at one moment, made while the file is being written to.
 *
 * With a write-ahead log the file itself changes only when the log is moved into it, and the log is only appended
 * to until then. So while a copy is made, nothing is moved; the log is copied as far as it went when the copy began,
 * and the file as it is. SQLite reads the two up to the last commit that is whole: that is the moment. The copying
 * runs in Node's thread pool and holds neither the event loop nor writers.
 */
import { rmSync } from 'node:fs';
import { UnavailableError } from '#kernel/errors';
import { named } from '../named.ts';
import { ShardFile } from './shard-file.ts';

/** The copies of one folder of shards. */
export class Copies {
  readonly #open = new Set<ShardFile>();
  readonly #making = new Map<Promise<unknown>, ShardFile>();
  readonly #stop = new AbortController();
  #made = 0;

  /** Makes a copy and opens it. */
  async take(file: ShardFile): Promise<ShardFile> {
    this.#made += 1;
    const path = `${file.path}.copy-${this.#made}`;
    const making = file.copyTo(path, this.#stop.signal);
    this.#making.set(making, file);
    try {
      await making;
      return this.#opened(file.shard, path);
    } catch (error) {
      removeCopy(path);
      this.require();
      throw named(file.shard, error);
    } finally {
      this.#making.delete(making);
    }
  }

  #opened(shard: number, path: string): ShardFile {
    this.require();
    const copy = new ShardFile(shard, path);
    this.#open.add(copy);
    return copy;
  }

  /** Throws `UnavailableError` once the copies were let go of. */
  require(): void {
    if (this.#stop.signal.aborted) throw new UnavailableError('the shards are closed');
  }

  /** Resolves when no copy of a file is being made. */
  async idle(file: ShardFile): Promise<void> {
    const own = [...this.#making].filter(([, from]) => from === file);
    await Promise.allSettled(own.map(([making]) => making));
  }

  /** Closes and removes a copy; twice does no harm. */
  drop(copy: ShardFile): void {
    if (!this.#open.delete(copy)) return;
    copy.close();
    removeCopy(copy.path);
  }

  /** Breaks off copies being made and removes all others. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#making.keys());
    for (const copy of [...this.#open]) this.drop(copy);
  }
}

/** Removes a copy's files. */
function removeCopy(path: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${end}`, { force: true });
}
