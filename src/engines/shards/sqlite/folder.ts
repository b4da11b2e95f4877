/** The folder of all shards' files, each opened at its first use. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import type { Durability } from '#kernel/sqlite';
import { turns } from '#kernel/turns';
import { named, shardName } from '../named.ts';
import { isUnfinished, NewFiles } from './new-file.ts';
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

/** What a process that died left of a copy in the making. */
const isCopy = /^\d{5}\.sqlite\.copy-/;

/** Opens files lazily and remembers which exist. */
export class ShardFolder {
  readonly count: number;
  readonly #folder: string;
  readonly #durability: Durability;
  readonly #existing: Set<number>;
  readonly #open = new Map<number, ShardFile>();
  readonly #pause = turns();
  readonly #newFiles: NewFiles;
  #opening: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(folder: string, count: number, durability: Durability) {
    mkdirSync(folder, { recursive: true });
    const agreed = agreedCount(folder, count);
    if (agreed !== count)
      throw new InvalidInputError('shards', `must be ${agreed}, as this data folder was made with`);
    this.count = count;
    this.#folder = folder;
    this.#durability = durability;
    this.#newFiles = new NewFiles(durability);
    const files = readdirSync(folder);
    for (const name of files)
      if (isCopy.test(name) || isUnfinished.test(name)) rmSync(path.join(folder, name), { force: true });
    const names = files.map((name) => /^(\d{5})\.sqlite$/.exec(name)?.[1]);
    this.#existing = new Set(names.filter((name) => name !== undefined).map(Number));
  }

  /** Shards that have a file, in order. */
  existing(): number[] {
    return [...this.#existing].sort((a, b) => a - b);
  }

  /** Refuses everything from now on; resolves when who asked for a file before has it. */
  async shut(): Promise<void> {
    this.#isClosed = true;
    await this.#opening;
    await setImmediate();
  }

  /**
   * The shard's file, made when missing. Opening costs 0.2 ms, making two syncs to disk in a thread: so many at once are
   * spread over turns of the event loop. Throws `UnavailableError` when it cannot be opened or after `shut`.
   */
  async file(shard: number): Promise<ShardFile> {
    this.#requireShard(shard);
    return this.#open.get(shard) ?? this.#inTurn(shard);
  }

  #inTurn(shard: number): Promise<ShardFile> {
    const opened = this.#opening.then(async () => {
      await this.#pause();
      if (!this.#existing.has(shard)) await this.#make(shard);
      return this.#openFile(shard);
    });
    this.#opening = opened.catch(() => undefined);
    return opened;
  }

  async #make(shard: number): Promise<void> {
    try {
      await this.#newFiles.make(this.#pathOf(shard));
    } catch (error) {
      throw named(shard, error);
    }
  }

  #openFile(shard: number): ShardFile {
    const known = this.#open.get(shard);
    if (known) return known;
    const file = openDurably(shard, this.#pathOf(shard), this.#durability);
    this.#open.set(shard, file);
    this.#existing.add(shard);
    return file;
  }

  #pathOf(shard: number): string {
    return path.join(this.#folder, `${shardName(shard)}.sqlite`);
  }

  /** Removes a shard's file, readable or not, once `idle` says that nothing writes to it. Who asks for it meanwhile waits. */
  async erase(shard: number, idle: (file: ShardFile) => Promise<void>): Promise<void> {
    this.#requireShard(shard);
    const erased = this.#opening.then(async () => {
      const file = this.#open.get(shard);
      this.#open.delete(shard);
      this.#existing.delete(shard);
      // Who was given the file before has asked for its writes by then.
      await setImmediate();
      if (file) await idle(file).catch(() => undefined);
      file?.close();
      for (const end of ['', '-wal', '-shm']) rmSync(`${this.#pathOf(shard)}${end}`, { force: true });
    });
    this.#opening = erased.catch(() => undefined);
    await erased;
  }

  #requireShard(shard: number): void {
    if (this.#isClosed) throw new UnavailableError('the shards are closed');
    if (!Number.isInteger(shard) || shard < 0 || shard >= this.count) {
      throw new InvalidInputError('shard', `must be a whole number from 0 to ${this.count - 1}`);
    }
  }

  /** Reads from a shard, at once if its file is open; `none` when it has no file yet. */
  read<T>(shard: number, none: T, query: (file: ShardFile) => T): T | Promise<T> {
    if (!this.#existing.has(shard) && !this.#isClosed) return none;
    const open = this.#open.get(shard);
    if (open) return this.#query(shard, open, query);
    return this.file(shard).then((file) => this.#query(shard, file, query));
  }

  #query<T>(shard: number, file: ShardFile, query: (file: ShardFile) => T): T {
    if (this.#isClosed) throw new UnavailableError('the shards are closed');
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

function openDurably(shard: number, file: string, durability: Durability): ShardFile {
  try {
    const opened = new ShardFile(shard, file);
    if (durability === 'process') return opened;
    // What a killed process left in the WAL may not be on disk yet.
    opened.syncNow();
    opened.durableOutbox = outboxEnd(opened);
    return opened;
  } catch (error) {
    throw named(shard, error);
  }
}
