/** SQLite files, opened alike everywhere. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { UnavailableError } from './errors.ts';

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
  // Writing takes a sync to disk, which every start would wait for.
  if (userVersion(db) === schema.length) return;
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
      pragma cache_size = -4000;
      pragma mmap_size = 268435456;
      pragma temp_store = memory;`);
    migrate(db, options);
    return db;
  } catch (error) {
    db.close();
    throw error;
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
