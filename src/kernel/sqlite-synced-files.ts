/** The two files of a SQLite connection that are brought to disk: its write-ahead log, and what that is moved into. */
import { closeSync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { Checkpoints } from './sqlite-checkpoints.ts';

const synchronousFull = 2;

/** Both, opened when needed, and when the one is moved into the other. */
export class SyncedFiles {
  readonly checkpoints: Checkpoints;
  readonly #path: string;
  #wal: number | undefined;
  #main: number | undefined;

  private constructor(db: DatabaseSync, path: string) {
    this.#path = path;
    this.checkpoints = new Checkpoints(db);
  }

  /** Those of a connection where SQLite was told to sync each commit; tells it not to. Undefined for others. */
  static of(db: DatabaseSync): SyncedFiles | undefined {
    const { synchronous } = db.prepare('pragma synchronous').get() ?? {};
    const path = db.location();
    if (synchronous !== synchronousFull || !path) return undefined;
    db.exec('pragma synchronous = normal');
    return new SyncedFiles(db, path);
  }

  /** The log. */
  get wal(): number {
    this.#wal ??= openSync(`${this.#path}-wal`, 'r+');
    return this.#wal;
  }

  /** The file. */
  get main(): number {
    this.#main ??= openSync(this.#path, 'r+');
    return this.#main;
  }

  close(): void {
    for (const file of [this.#wal, this.#main]) if (file !== undefined) closeSync(file);
    this.#wal = undefined;
    this.#main = undefined;
  }
}
