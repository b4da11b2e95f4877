/** Locks on files that the operating system frees when the process dies. */
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { UnavailableError } from './errors.ts';

/** A held file; `release` may be called twice. */
export interface HeldFile {
  release(): void;
}

const busy = 5;

/** Only a file that is made here may be opened here: closing a second handle of a locked file would free the lock. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === busy;
}

/**
 * Takes the lock of a file, made when missing, or answers undefined when it is held, also by this
 * process. The lock is SQLite's: an exclusive transaction that never ends, on a database without tables.
 */
export function holdFile(path: string): HeldFile | undefined {
  let db: DatabaseSync | undefined;
  try {
    makePrivate(path);
    db = new DatabaseSync(path, { timeout: 0 });
    db.exec('pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    db?.close();
    if (isBusy(error)) return undefined;
    throw new UnavailableError(`the lock ${path} cannot be taken`, error);
  }
  const held = db;
  return { release: () => held.isOpen && held.close() };
}
