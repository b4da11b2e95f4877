/** What went wrong with SQL, and what may be done about it. */

import { PinakesError, UnavailableError } from '#kernel/errors';
import { shardName } from '../named.ts';

/** Deadlock, lock wait timeout. */
const conflicts = new Set([1213, 1205]);
/** No such database, no such table. */
const missing = new Set([1049, 1146]);
/** The server takes no writes. */
const refusals = new Set([1290, 1836]);
/** The server is going down, or ended the connection. */
const endings = new Set([1053, 1077, 1079, 1152, 1153, 1184, 1927]);

interface DriverError extends Error {
  readonly errno?: number | undefined;
  readonly fatal?: boolean | undefined;
}

/** A round trip that failed. */
export class StatementError extends Error {
  /** MySQL's number of the error; undefined when the connection failed. */
  readonly errno: number | undefined;
  /** How many statements had been carried out before. */
  readonly done: number;
  /** Whether the connection is gone, and with it every answer that was on its way. */
  readonly isLost: boolean;

  constructor(cause: DriverError, done = 0) {
    super(cause.message, { cause });
    this.name = new.target.name;
    const isServerError = cause.errno !== undefined && cause.errno >= 1000 && cause.errno < 65_536;
    this.errno = isServerError ? cause.errno : undefined;
    this.done = done;
    this.isLost = !isServerError || cause.fatal === true || endings.has(cause.errno ?? 0);
  }

  /** Whether the transaction was undone for another's sake, so that the same may go well now. `more` adds an engine's own. */
  isConflict(more: ReadonlySet<number>): boolean {
    return this.errno !== undefined && (conflicts.has(this.errno) || more.has(this.errno));
  }

  /** Whether the server takes no writes now, from whoever may not write regardless. */
  get isRefusal(): boolean {
    return this.errno !== undefined && refusals.has(this.errno);
  }

  /** Whether a schema or table is not there. */
  get isMissing(): boolean {
    return this.errno !== undefined && missing.has(this.errno);
  }
}

/** Whether the fault is the server's or the way to it, so that another may do better. */
export function isFault(error: unknown): boolean {
  return error instanceof UnavailableError || (error instanceof StatementError && error.isLost);
}

/** Domain errors as they are; anything else says that the database cannot answer, about which shard if it is about one. */
export function unavailable(error: unknown, shard?: number): PinakesError {
  if (error instanceof PinakesError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const who = shard === undefined ? 'the database' : `shard ${shardName(shard)}`;
  return new UnavailableError(`${who} cannot answer: ${reason}`, error);
}

/** The same for all that work may reject with. */
export async function answered<T>(work: Promise<T>, shard?: number): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw unavailable(error, shard);
  }
}
