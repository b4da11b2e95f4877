/** One shard's SQLite file: its connection, tables and prepared statements. */
import { closeSync, fdatasync, fdatasyncSync, fstatSync, openSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { Checkpoints } from '#kernel/sqlite-checkpoints';
import { ShardSealedError } from '../sealed.ts';
import type { ShardState } from '../transfer.ts';
import { copyBytes } from './copy-bytes.ts';
import { missingTables, tableSql } from './schema.ts';
import { openState, readState } from './state.ts';

const sync = promisify(fdatasync);

/*
 * Exclusive locking keeps the WAL's index in the heap and spares the lock calls of every
 * transaction. Commits don't sync by themselves: `ShardFile.sync` does, off the event loop. What was
 * moved out of the WAL is read where it lies in memory; the cache is for what was not. The WAL is cut off
 * only far above the size at which it is moved, which it passes a little now and then: what
 * is cut off goes back to the disk at once, and the event loop waits for that.
 */
const pragmas = `
  pragma locking_mode = exclusive;
  pragma journal_mode = wal;
  pragma synchronous = normal;
  pragma cache_size = -1024;
  pragma mmap_size = 67108864;
  pragma temp_store = memory;
  pragma journal_size_limit = 8388608;`;

/** A shard's open file. Every method is synchronous and may throw SQLite's errors. */
export class ShardFile {
  readonly shard: number;
  readonly path: string;
  /** The highest outbox sequence that is known to be on disk; later entries must not be shown yet. */
  durableOutbox = Number.POSITIVE_INFINITY;
  readonly #db: DatabaseSync;
  readonly #checkpoints: Checkpoints;
  readonly #statements = new Map<string, StatementSync>();
  readonly #tables: Set<string>;
  #state: ShardState = openState;
  /** Statements that ran so far. */
  #ran = 0;
  #wal: number | undefined;
  #main: number | undefined;
  #copying = 0;

  /** Opens or makes the file; throws when it is no database or another process holds it. */
  constructor(shard: number, path: string) {
    this.shard = shard;
    this.path = path;
    this.#db = new DatabaseSync(path, { timeout: 0 });
    try {
      this.#db.exec(pragmas);
      this.#checkpoints = new Checkpoints(this.#db);
      const tables = this.rows(`select name from sqlite_schema where type = 'table'`);
      this.#tables = new Set(tables.map(([name]) => String(name)));
      this.#makeTables(missingTables(this.#tables));
      this.#state = readState(this);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  #makeTables(names: readonly string[]): void {
    if (names.length === 0) return;
    this.#db.exec(`begin immediate; ${names.map(tableSql).join('')} commit;`);
    for (const name of names) this.#tables.add(name);
  }

  /** How the shard stands. */
  get state(): ShardState {
    return this.#state;
  }

  /** Throws `ShardSealedError` when the shard takes no writes. */
  requireUnsealed(): void {
    const { seal } = this.#state;
    if (seal !== null) throw new ShardSealedError(this.shard, seal);
  }

  /** The names of all tables. */
  tables(): string[] {
    return [...this.#tables];
  }

  /** Whether a table is there; mappings get theirs at the first link. */
  has(table: string): boolean {
    return this.#tables.has(table);
  }

  /** Makes a table if it is missing, as part of the running transaction. */
  ensureTable(name: string): void {
    if (this.#tables.has(name)) return;
    this.#db.exec(tableSql(name));
    this.#tables.add(name);
  }

  /** All rows of a query, each an array of its columns. Statements are prepared once. */
  rows(sql: string, ...values: SQLInputValue[]): SQLOutputValue[][] {
    // With `setReturnArrays` rows are arrays, which the declared type does not follow.
    return this.#statement(sql).all(...values) as unknown as SQLOutputValue[][];
  }

  /** Runs a statement; answers how many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  #statement(sql: string): StatementSync {
    this.#ran += 1;
    const known = this.#statements.get(sql);
    if (known) return known;
    const made = this.#db.prepare(sql);
    made.setReturnArrays(true);
    this.#statements.set(sql, made);
    return made;
  }

  /** Runs `work` in a transaction, undone when it throws. */
  transaction<T>(work: () => T): T {
    this.run('begin immediate');
    const before = this.#ran;
    try {
      const answer = work();
      this.run('commit');
      this.#checkpoints.committed(this.#ran - before);
      return answer;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  #rollback(): void {
    if (this.#db.isTransaction) this.run('rollback');
    this.refresh();
  }

  /** Learns anew what is in the file besides rows. */
  refresh(): void {
    const tables = this.rows(`select name from sqlite_schema where type = 'table'`);
    this.#tables.clear();
    for (const [name] of tables) this.#tables.add(String(name));
    this.#state = readState(this);
  }

  /** Brings everything committed so far to disk, in a thread of Node's pool. Equal to `synchronous = full`. */
  async sync(): Promise<void> {
    await sync(this.#walFile());
  }

  /** The same, at once; free where a clean end left nothing in the log. */
  syncNow(): void {
    const wal = this.#walFile();
    if (fstatSync(wal).size > 0) fdatasyncSync(wal);
  }

  /**
   * Moves the WAL into the file when it has grown, all of it being on disk, and syncs the file in a thread. Nothing may be
   * committed until that has ended.
   */
  async checkpoint(): Promise<void> {
    if (!this.isGrown) return;
    this.#checkpoints.run();
    await sync(this.#mainFile());
  }

  /** Whether the WAL is to be moved. */
  get isFull(): boolean {
    return this.#mayMove && this.#checkpoints.isDue;
  }

  /** Whether it is worth moving while nobody writes. */
  get isGrown(): boolean {
    return this.#mayMove && this.#checkpoints.isWorthwhile;
  }

  get #mayMove(): boolean {
    return this.#copying === 0 && this.#db.isOpen;
  }

  #walFile(): number {
    this.#wal ??= openSync(`${this.path}-wal`, 'r+');
    return this.#wal;
  }

  /**
   * Copies the file as it is at a moment during the call to `target` and `target-wal`, off the event loop. Nothing
   * moves the WAL into the file meanwhile, so the WAL grows with what is written until then.
   */
  async copyTo(target: string, signal: AbortSignal): Promise<void> {
    const [wal, main] = [this.#walFile(), this.#mainFile()];
    this.#copying += 1;
    try {
      await copyBytes(wal, `${target}-wal`, fstatSync(wal).size, signal);
      await copyBytes(main, target, fstatSync(main).size, signal);
    } finally {
      this.#copying -= 1;
    }
  }

  #mainFile(): number {
    this.#main ??= openSync(this.path, 'r+');
    return this.#main;
  }

  /** Moves the WAL into the file and lets go of it. */
  close(): void {
    if (this.#wal !== undefined) closeSync(this.#wal);
    this.#wal = undefined;
    this.#db.close();
    // Only now, for closing it drops the locks that SQLite holds.
    if (this.#main !== undefined) closeSync(this.#main);
    this.#main = undefined;
  }
}
