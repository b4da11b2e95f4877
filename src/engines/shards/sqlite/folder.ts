/** The folder of all shards' files, each opened at its first use. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import type { Durability } from '#kernel/sqlite';
import { turns } from './batches.ts';
import { named, shardName } from './named.ts';
import { outboxEnd } from './outbox.ts';
import { ShardFile } from './shard-file.ts';

/** Reads the number of shards that a folder was made with, noting `count` in a new one. */
function agreedCount(folder: string, count: number): number {
  const file = path.join(folder, 'shards.json');
  try {
    writeFileSync(file, `${JSON.stringify({ count })}\n`, { flag: 'wx' });
    return count;
  } catch {
    return Number(JSON.parse(readFileSync(file, 'utf8')).count);
  }
}

/** Opens files lazily and remembers which exist. */
export class ShardFolder {
  readonly count: number;
  readonly #folder: string;
  readonly #durability: Durability;
  readonly #existing: Set<number>;
  readonly #open = new Map<number, ShardFile>();
  #isClosed = false;

  constructor(folder: string, count: number, durability: Durability) {
    mkdirSync(folder, { recursive: true });
    const agreed = agreedCount(folder, count);
    if (agreed !== count)
      throw new InvalidInputError('shards', `must be ${agreed}, as this data folder was made with`);
    this.count = count;
    this.#folder = folder;
    this.#durability = durability;
    const names = readdirSync(folder).map((name) => /^(\d{5})\.sqlite$/.exec(name)?.[1]);
    this.#existing = new Set(names.filter((name) => name !== undefined).map(Number));
  }

  /** Shards that have a file, in order. */
  existing(): number[] {
    return [...this.#existing].sort((a, b) => a - b);
  }

  /** Refuses everything from now on. */
  shut(): void {
    this.#isClosed = true;
  }

  /** The shard's file, made when missing. Throws `UnavailableError` when it cannot be opened or after `shut`. */
  file(shard: number): ShardFile {
    if (this.#isClosed) throw new UnavailableError('the shards are closed');
    const open = this.#open.get(shard);
    if (open) return open;
    if (!Number.isInteger(shard) || shard < 0 || shard >= this.count) {
      throw new InvalidInputError('shard', `must be a whole number from 0 to ${this.count - 1}`);
    }
    const made = this.#openFile(shard);
    this.#open.set(shard, made);
    this.#existing.add(shard);
    return made;
  }

  #openFile(shard: number): ShardFile {
    try {
      const file = new ShardFile(shard, path.join(this.#folder, `${shardName(shard)}.sqlite`));
      if (this.#durability === 'power') {
        // What a killed process left in the WAL may not be on disk yet.
        file.syncNow();
        file.durableOutbox = outboxEnd(file);
      }
      return file;
    } catch (error) {
      throw named(shard, error);
    }
  }

  /** Reads from a shard; `none` when it has no file yet. */
  read<T>(shard: number, none: T, query: (file: ShardFile) => T): T {
    if (!this.#existing.has(shard) && !this.#isClosed) return none;
    const file = this.file(shard);
    try {
      return query(file);
    } catch (error) {
      throw named(shard, error);
    }
  }

  /** Lets go of all files, a few a turn. */
  async close(): Promise<void> {
    const pause = turns();
    for (const file of this.#open.values()) {
      file.close();
      await pause();
    }
    this.#open.clear();
  }
}
