/** SQLite files, opened alike everywhere, and writes that share transactions. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { PinakesError, UnavailableError } from './errors.ts';

/** What an acknowledged write survives: loss of power (a sync to disk a commit), or the death of the process only. */
export type Durability = 'power' | 'process';

/** How to open a SQLite file. */
export interface SqliteOptions {
  /** The file, made with its folders when missing; `:memory:` for none. */
  readonly path: string;
  readonly durability: Durability;
  /** SQL that leads from one version of the schema to the next; only ever appended to. */
  readonly schema: readonly string[];
}

function userVersion(db: DatabaseSync): number {
  return Number(db.prepare('pragma user_version').get()?.['user_version']);
}

function migrate(db: DatabaseSync, { path: file, schema }: SqliteOptions): void {
  db.exec('begin immediate');
  const version = userVersion(db);
  if (version > schema.length)
    throw new UnavailableError(`${file} was written by a newer version of Pinakes`);
  for (const step of schema.slice(version)) db.exec(step);
  db.exec(`pragma user_version = ${schema.length}`);
  db.exec('commit');
}

/** Opens a file in WAL mode and brings its schema up to date. Throws `UnavailableError` when a newer program wrote it. */
export function openSqlite(options: SqliteOptions): DatabaseSync {
  if (options.path !== ':memory:') mkdirSync(path.dirname(options.path), { recursive: true });
  const db = new DatabaseSync(options.path, { timeout: 5000 });
  try {
    db.exec(`
      pragma journal_mode = wal;
      pragma synchronous = ${options.durability === 'power' ? 'full' : 'normal'};
      pragma cache_size = -16000;
      pragma mmap_size = 268435456;
      pragma temp_store = memory;`);
    migrate(db, options);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

interface Write {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Milliseconds of work in one turn of the event loop. */
const turnMs = 10;

/**
 * Group commit: writes asked for in one turn of the event loop share a transaction.
 * When one of them throws, the group is rolled back and each runs in a transaction of
 * its own, so that only the faulty one fails; work must therefore be safe to run again.
 */
export class SqliteWriter {
  readonly #db: DatabaseSync;
  readonly #what: string;
  #waiting: Write[] = [];
  #scheduled: NodeJS.Immediate | undefined;
  #closed = false;

  /** `what` names the store in errors. */
  constructor(db: DatabaseSync, what: string) {
    this.#db = db;
    this.#what = what;
  }

  /** Runs synchronous work in the next transaction; resolves with its answer when that is committed. */
  run<T>(work: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new UnavailableError(`${this.#what} is closed`));
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve: (value) => resolve(value as T), reject });
      this.#scheduled ??= setImmediate(() => this.#turn());
    });
  }

  /** Commits what waits; later writes are refused. */
  close(): void {
    this.#closed = true;
    clearImmediate(this.#scheduled);
    while (this.#waiting.length > 0) this.#group(Number.POSITIVE_INFINITY);
  }

  #turn(): void {
    this.#scheduled = undefined;
    this.#group(performance.now() + turnMs);
    if (this.#waiting.length > 0) this.#scheduled = setImmediate(() => this.#turn());
  }

  #group(until: number): void {
    const group: Write[] = [];
    const answers: unknown[] = [];
    try {
      this.#db.exec('begin immediate');
      do {
        const write = this.#waiting.shift();
        if (!write) break;
        group.push(write);
        answers.push(write.work());
      } while (performance.now() < until);
      this.#db.exec('commit');
    } catch {
      this.#rollback();
      // Nothing was taken when the transaction could not even begin.
      if (group.length === 0) group.push(...this.#waiting.splice(0));
      for (const write of group) this.#alone(write);
      return;
    }
    for (const [i, write] of group.entries()) write.resolve(answers[i]);
  }

  #alone(write: Write): void {
    try {
      this.#db.exec('begin immediate');
      const answer = write.work();
      this.#db.exec('commit');
      write.resolve(answer);
    } catch (error) {
      this.#rollback();
      write.reject(this.#named(error));
    }
  }

  #rollback(): void {
    if (this.#db.isTransaction) this.#db.exec('rollback');
  }

  #named(error: unknown): unknown {
    return error instanceof PinakesError
      ? error
      : new UnavailableError(`${this.#what} cannot write now`, error);
  }
}

/** A database's prepared statements, each made at its first use and kept. */
export function preparedIn(db: DatabaseSync): (sql: string) => StatementSync {
  const made = new Map<string, StatementSync>();
  return (sql) => {
    const known = made.get(sql);
    if (known) return known;
    const statement = db.prepare(sql);
    made.set(sql, statement);
    return statement;
  };
}
