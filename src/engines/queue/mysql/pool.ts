/** Connections to the queue's server. */
import { setTimeout as pause } from 'node:timers/promises';
import mysql, { type Pool, type PoolConnection, type RowDataPacket } from 'mysql2/promise';
import { late, within } from '#kernel/deadline';
import { PinakesError, UnavailableError } from '#kernel/errors';
import { UnreachedError } from '../unreached.ts';

/** What a statement did: the rows that it found, or how many it matched and changed. */
export interface Answer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly matched: number;
  readonly changed: number;
}

/** Milliseconds that a statement may take, that a connection may take to come, and until no further try is begun. */
const limits = { statementMs: 10_000, connectMs: 3000, retryMs: 10_000 } as const;
const connections = 8;
/** Deadlock, lock wait timeout. */
const conflicts = new Set([1213, 1205]);
/** The longest pause between two tries. */
const longestPauseMs = 100;

/** The server takes no writes. */
const readOnly = new Set([1290, 1792, 1836]);

const sessionOf = ({ increment, offset }: Numbering): string => `set session
  sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', autocommit = 1, innodb_lock_wait_timeout = 5,
  auto_increment_increment = ${increment}, auto_increment_offset = ${offset};
  set session transaction isolation level read committed`;

const identitySql = 'select /*M! @@server_id */ /*!80000 @@server_uuid */ as identity';

/** Which ids the server gives: `offset`, and every `increment`-th from there on. */
export interface Numbering {
  readonly increment: number;
  readonly offset: number;
}

/** How to reach the server. */
export interface QueuePoolOptions {
  readonly url: string;
  readonly numbering: Numbering;
  /** The server's identity; another that answers in its place is not asked anything. */
  readonly serverId?: string | undefined;
  /** Milliseconds that a statement may take; 10,000 when left out. */
  readonly statementMs?: number | undefined;
}

interface DriverError extends Error {
  readonly errno?: number;
}

/** A statement that the server refused; the connection is good. */
const isRefusal = (error: unknown): boolean => {
  const { errno } = error as DriverError;
  return typeof errno === 'number' && errno >= 1000 && errno < 65_536;
};

const isConflict = (error: unknown): boolean => conflicts.has((error as DriverError).errno ?? 0);

/** Domain errors as they are; anything else says that the queue's database cannot answer. */
export function unavailable(error: unknown): PinakesError {
  if (error instanceof PinakesError) return error;
  const ErrorClass = readOnly.has((error as DriverError).errno ?? 0) ? UnreachedError : UnavailableError;
  return new ErrorClass(`the queue's database cannot answer: ${reasonOf(error)}`, error);
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : String(error);

function answerOf(result: unknown): Answer {
  if (Array.isArray(result)) return { rows: result as RowDataPacket[], matched: 0, changed: 0 };
  const { affectedRows, changedRows } = result as { affectedRows: number; changedRows?: number };
  return { rows: [], matched: affectedRows, changed: changedRows ?? affectedRows };
}

/** Carries out statements in one round trip, one after the other until one fails. */
export type Run = (statements: readonly string[]) => Promise<Answer[]>;

/** Eight connections at most, opened when needed. */
export class QueuePool {
  readonly #pool: Pool;
  readonly #serverId: string | undefined;
  readonly #statementMs: number;
  /** Connections of the server that is meant. */
  readonly #known = new WeakSet<object>();

  constructor({ url, numbering, serverId, statementMs = limits.statementMs }: QueuePoolOptions) {
    const session = sessionOf(numbering);
    this.#serverId = serverId;
    this.#statementMs = statementMs;
    this.#pool = mysql.createPool({
      uri: url,
      connectionLimit: connections,
      connectTimeout: limits.connectMs,
      charset: 'utf8mb4_bin',
      multipleStatements: true,
      supportBigNumbers: true,
      enableKeepAlive: true,
    });
    this.#pool.on('connection', (connection) => {
      // A session that cannot be set up fails at its first statement.
      (connection as unknown as { query(sql: string, done: () => void): void }).query(
        session,
        () => undefined,
      );
    });
  }

  /** Statements outside of a transaction of theirs. */
  read(statements: readonly string[]): Promise<Answer[]> {
    return this.#lend((run) => run(statements));
  }

  /**
   * Runs a transaction, which `work` begins and ends; again when it was undone for another's sake. What fails with it open
   * is rolled back.
   */
  async transact<T>(work: (run: Run) => Promise<T>): Promise<T> {
    const until = performance.now() + limits.retryMs;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#lend(work);
      } catch (error) {
        if (!isConflict(error) || performance.now() > until) throw error;
        await pause(Math.random() * Math.min(2 ** attempt, longestPauseMs));
      }
    }
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #lend<T>(work: (run: Run) => Promise<T>): Promise<T> {
    const connection = await this.#connection();
    let isGood = false;
    try {
      const answer = await work((statements) => this.#run(connection, statements));
      isGood = true;
      return answer;
    } catch (error) {
      isGood = isRefusal(error) && (await this.#undo(connection));
      throw error;
    } finally {
      if (isGood) connection.release();
      else connection.destroy();
    }
  }

  /** A connection to the server that is meant; rejects with `UnreachedError` when there is none. */
  async #connection(): Promise<PoolConnection> {
    const asked = this.#pool.getConnection();
    const connection = await within(this.#statementMs, asked).catch((error: unknown) => {
      throw new UnreachedError(`the queue's database cannot be reached: ${reasonOf(error)}`, error);
    });
    if (connection === late) {
      void asked.then((one) => one.release()).catch(() => undefined);
      throw new UnreachedError("the queue's database has no connection free");
    }
    if (await this.#isMeant(connection)) return connection;
    connection.destroy();
    throw new UnreachedError('another server answers in place of that of the queue');
  }

  async #isMeant(connection: PoolConnection): Promise<boolean> {
    if (this.#serverId === undefined || this.#known.has(connection.connection)) return true;
    const [answer] = await this.#run(connection, [identitySql]).catch(() => []);
    if (String(answer?.rows[0]?.['identity']) !== this.#serverId) return false;
    this.#known.add(connection.connection);
    return true;
  }

  async #undo(connection: PoolConnection): Promise<boolean> {
    return connection.query('rollback').then(
      () => true,
      () => false,
    );
  }

  async #run(connection: PoolConnection, statements: readonly string[]): Promise<Answer[]> {
    const [results] = await connection.query({ sql: statements.join(';\n'), timeout: this.#statementMs });
    return statements.length === 1 ? [answerOf(results)] : (results as unknown[]).map(answerOf);
  }
}
