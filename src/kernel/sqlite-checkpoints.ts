/**
 * Moving the write-ahead log into its file without waiting for the disk on the event loop.
 *
 * Left to itself, SQLite does so within a commit and syncs twice meanwhile, for as long as ten milliseconds. Here the log is
 * known to be on disk before, the pages are only written, and whoever asked syncs the file in a thread. Until that is done
 * nothing may be committed: the next commit begins the log anew, and what it overwrites would be nowhere else on disk.
 */
import type { DatabaseSync } from 'node:sqlite';

/** Pages in the log that are moved together; SQLite's own default. */
const pages = 1000;

/** Statements until the first look; how many fill the log is learned from it. */
const firstLook = 256;
const mostStatements = 8000;

/** The part of a full log that is worth moving when nothing else is to be done. */
const worthwhile = 1 / 4;

/** What a commit counts for at least, as it writes a page however little it changes. */
const leastOfCommit = 8;

/**
 * Of many files that are written to alike, each has its own moment: all moved at once keep the disk from everybody. Answers
 * half of `most` to all of it.
 */
const apart = (most: number): number => Math.max(1, Math.round(most * (0.5 + Math.random() / 2)));

/** Those of one connection, which must be the file's only writer. */
export class Checkpoints {
  readonly #db: DatabaseSync;
  #statements = 0;
  #dueAt = apart(firstLook);

  /** Takes over from SQLite. The connection must be in WAL mode, at `synchronous = normal`. */
  constructor(db: DatabaseSync) {
    this.#db = db;
    db.exec('pragma wal_autocheckpoint = 0');
  }

  /** Takes note of a commit of so many statements. */
  committed(statements = 1): void {
    this.#statements += Math.max(leastOfCommit, statements);
  }

  /** Whether the log holds so much that it is to be moved. */
  get isDue(): boolean {
    return this.#statements >= this.#dueAt;
  }

  /** Whether it holds so much that moving it is worth a quiet moment: reading from the file is cheaper. */
  get isWorthwhile(): boolean {
    return this.#statements >= this.#dueAt * worthwhile;
  }

  /**
   * Moves the log, all of which must be on disk, into the file, in about 3 µs a page. The file has to be synced before the
   * next commit.
   */
  run(): void {
    this.#db.exec('pragma synchronous = off');
    try {
      const { log } = this.#db.prepare('pragma wal_checkpoint(passive)').get() ?? {};
      this.#dueAt = apart(this.#untilFull(Number(log)));
      this.#statements = 0;
    } finally {
      this.#db.exec('pragma synchronous = normal');
    }
  }

  #untilFull(moved: number): number {
    const each = Math.max(1, moved) / Math.max(1, this.#statements);
    return Math.max(1, Math.min(mostStatements, Math.floor(pages / each)));
  }
}
