/**
 * Group commit on one SQLite file: writes asked for in one turn of the event loop share a transaction.
 * When one of them throws, the group is rolled back and each runs in a transaction of its own, so that
 * only the faulty one fails; work must therefore be safe to run again. Where writes must survive a loss
 * of power, the write-ahead log is then synced in a thread while the next group gathers, and only after
 * that does a group count as done; a group of writes that were asked for unsynced is done at once, and on disk
 * with the next that is not. When a sync fails, nobody knows what is on disk: all later writes are
 * refused until the file is opened anew.
 */
import { fdatasync, fdatasyncSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { PinakesError, UnavailableError } from './errors.ts';
import { SyncedFiles } from './sqlite-synced-files.ts';
import { turnMs } from './turns.ts';

const syncInThread = promisify(fdatasync);

interface Write {
  readonly work: () => unknown;
  readonly isSynced: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Tells a write's caller how it went; with `fault`, that it failed after all. */
type Settle = (fault?: unknown) => void;

/** What was committed together: how to settle each, and whether one of them waits for a sync. */
interface Group {
  readonly settled: readonly Settle[];
  readonly isSynced: boolean;
}

const nothing: Group = { settled: [], isSynced: false };

const isAnySynced = (writes: readonly Write[]): boolean => writes.some(({ isSynced }) => isSynced);

/** The one writer of a connection. */
export class SqliteWriter {
  readonly #db: DatabaseSync;
  readonly #what: string;
  readonly #files: SyncedFiles | undefined;
  #waiting: Write[] = [];
  #scheduled: NodeJS.Immediate | undefined;
  #syncing = false;
  /** Whether something was committed that no sync has followed. */
  #isBehind = false;
  /** Whether the log was moved into the file and that is not synced yet. */
  #isMoved = false;
  #closed = false;
  #fault: unknown;

  /** Takes over the syncing of a connection in WAL mode. `what` names the store in errors. */
  constructor(db: DatabaseSync, what: string) {
    this.#db = db;
    this.#what = what;
    this.#files = SyncedFiles.of(db);
  }

  /** Runs synchronous work in the next transaction; resolves with its answer when that is durable. */
  run<T>(work: () => T): Promise<T> {
    return this.#ask(work, true);
  }

  /**
   * The same for what may be lost with the machine's power: resolves when it is committed, which outlives the process.
   * It is never lost while a later write is kept.
   */
  runUnsynced<T>(work: () => T): Promise<T> {
    return this.#ask(work, false);
  }

  /** Resolves when all that resolved before is durable. */
  async settle(): Promise<void> {
    if (this.#isBehind) await this.run(() => undefined);
  }

  #ask<T>(work: () => T, isSynced: boolean): Promise<T> {
    if (this.#closed) return Promise.reject(new UnavailableError(`${this.#what} is closed`));
    if (this.#fault !== undefined) return Promise.reject(this.#named(this.#fault));
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, isSynced, resolve: (value) => resolve(value as T), reject });
      this.#schedule();
    });
  }

  /** Commits what waits; later writes are refused. The connection may be closed then. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearImmediate(this.#scheduled);
    if (this.#files && this.#isMoved) fdatasyncSync(this.#files.main);
    const { settled } = this.#waiting.length > 0 ? this.#group(Number.POSITIVE_INFINITY) : nothing;
    if (this.#files) fdatasyncSync(this.#files.wal);
    for (const settle of settled) settle();
    if (!this.#syncing) this.#letGo();
  }

  #schedule(): void {
    if (!this.#syncing) this.#scheduled ??= setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#scheduled = undefined;
    const { settled, isSynced } = this.#group(performance.now() + turnMs);
    const files = this.#files;
    if (files) this.#isBehind = true;
    if (files && (isSynced || files.checkpoints.isDue)) void this.#sync(files, settled);
    else for (const settle of settled) settle();
    if (this.#waiting.length > 0) this.#schedule();
  }

  async #sync(files: SyncedFiles, settled: readonly Settle[]): Promise<void> {
    this.#syncing = true;
    try {
      await syncInThread(files.wal);
      this.#isBehind = false;
      for (const settle of settled) settle();
      await this.#checkpoint(files);
    } catch (error) {
      this.#fault = error;
      for (const settle of settled) settle(this.#named(error));
    }
    this.#syncing = false;
    if (this.#closed) this.#letGo();
    else if (this.#waiting.length > 0) this.#schedule();
  }

  async #checkpoint(files: SyncedFiles): Promise<void> {
    if (this.#closed || !files.checkpoints.isDue) return;
    files.checkpoints.run();
    this.#isMoved = true;
    await syncInThread(files.main);
    this.#isMoved = false;
  }

  #letGo(): void {
    this.#files?.close();
  }

  /** Commits as many writes as fit into the time. */
  #group(until: number): Group {
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
      this.#commit();
    } catch {
      this.#rollback();
      // Nothing was taken when the transaction could not even begin.
      if (group.length === 0) group.push(...this.#waiting.splice(0));
      return { settled: group.map((write) => this.#alone(write)), isSynced: isAnySynced(group) };
    }
    return {
      settled: group.map((write, i) => settleWith(write, answers[i])),
      isSynced: isAnySynced(group),
    };
  }

  #alone(write: Write): Settle {
    try {
      this.#db.exec('begin immediate');
      const answer = write.work();
      this.#commit();
      return settleWith(write, answer);
    } catch (error) {
      this.#rollback();
      return () => write.reject(this.#named(error));
    }
  }

  #commit(): void {
    this.#db.exec('commit');
    this.#files?.checkpoints.committed();
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

function settleWith(write: Write, answer: unknown): Settle {
  return (fault) => (fault === undefined ? write.resolve(answer) : write.reject(fault));
}
