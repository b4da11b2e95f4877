/** One connection to a server. */
import { Socket } from 'node:net';
import mysql, { type Connection, type FieldPacket, type QueryError } from 'mysql2';
import { UnavailableError } from '#kernel/errors';
import { StatementError } from './statement-error.ts';

/** Milliseconds that a server may take to close a connection that says goodbye. */
const goodbyeMs = 1000;

/** A column of a row: 64-bit integers are decimal strings, bytes are buffers. */
export type Cell = string | number | Buffer | null;

/** What a statement did: the rows it found, or how many it changed. */
export interface Answer {
  readonly rows: readonly (readonly Cell[])[];
  readonly affected: number;
  /** What its columns are called; not told for a change. */
  readonly columns: readonly string[];
  /** The id of the transaction that it ended, where the server tells it. */
  readonly transaction?: string | undefined;
}

/** How to connect. */
export interface LinkOptions {
  /** `mysql://user:password@host:port`. */
  readonly url: string;
  /** Statements that set up every session. */
  readonly session: readonly string[];
  /** Milliseconds until a connection that is not there yet is given up. */
  readonly connectMs: number;
  /** Milliseconds that a round trip may take before the connection is given up. */
  readonly patienceMs: number;
  /** Drops the connection, wherever it is. */
  readonly signal?: AbortSignal | undefined;
}

interface Header {
  readonly affectedRows: number;
  readonly stateChanges?: {
    readonly systemVariables: Readonly<Record<string, string>>;
    readonly gtids: readonly string[];
  };
}

function answerOf(result: unknown, fields: FieldPacket[] | undefined): Answer {
  if (Array.isArray(result))
    return { rows: result as Cell[][], affected: 0, columns: (fields ?? []).map(({ name }) => name) };
  const { affectedRows, stateChanges } = result as Header;
  const transaction = stateChanges?.systemVariables['last_gtid'] || stateChanges?.gtids.at(-1);
  return { rows: [], affected: affectedRows, columns: [], transaction };
}

function reach(socket: Socket, url: string): void {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  socket
    .setNoDelay(true)
    .setKeepAlive(true)
    .connect({ host, port: Number(port || 3306) });
}

/** An open connection. Used by one at a time. */
export class Link {
  readonly #connection: Connection;
  readonly #socket: Socket;
  readonly #patienceMs: number;
  #isLost = false;
  #transaction: string | undefined;

  private constructor(connection: Connection, socket: Socket, patienceMs: number) {
    this.#connection = connection;
    this.#socket = socket;
    this.#patienceMs = patienceMs;
    // Errors reach those who wait for an answer; an idle connection's end shows in `isLost`.
    connection.on('error', () => undefined);
    socket.once('close', () => {
      this.#isLost = true;
    });
  }

  /** Connects and sets the session up. Rejects with `UnavailableError`. */
  static async open({ url, session, connectMs, patienceMs, signal }: LinkOptions): Promise<Link> {
    const socket = new Socket(signal && { signal });
    const connection = mysql.createConnection({
      uri: url,
      stream: () => socket,
      connectTimeout: connectMs,
      charset: 'utf8mb4_bin',
      multipleStatements: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      // None are used, and the driver sets room for them aside: as much as 16,000 with every connection otherwise.
      maxPreparedStatements: 1,
      // Statements come with their values; else the driver looks for question marks in all of their text.
      queryFormat: (sql) => sql,
      // Rows that an upsert leaves alone count as not affected.
      flags: ['-FOUND_ROWS'],
    });
    const link = new Link(connection, socket, patienceMs);
    try {
      reach(socket, url);
      await new Promise<void>((resolve, reject) => {
        connection.connect((error) => (error ? reject(error) : resolve()));
      });
      if (session.length > 0) await link.run(session);
      return link;
    } catch (error) {
      link.drop();
      const reason = error instanceof Error ? error.message : String(error);
      throw new UnavailableError(`cannot connect to the database: ${reason}`, error);
    }
  }

  /** Whether the connection is gone. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** The id of the last transaction that was carried out here; undefined when there was none, or the server does not tell. */
  get transaction(): string | undefined {
    return this.#transaction;
  }

  /**
   * Carries out statements one after the other until one fails, in one round trip. Rejects with `StatementError`, or with
   * `UnavailableError` when there is no answer in time: then the connection is dropped.
   */
  run(statements: readonly string[]): Promise<Answer[]> {
    return new Promise((resolve, reject) => {
      let done = 0;
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        this.drop();
      }, this.#patienceMs);
      const sql = statements.join(';\n');
      const finish = (error: QueryError | null, results: unknown, fields: unknown) => {
        clearTimeout(timer);
        if (isLate) return reject(new UnavailableError('the database did not answer in time', error));
        if (error) return reject(this.#failure(error, done));
        resolve(this.#answers(statements.length > 1 ? [results, fields] : [[results], [fields]]));
      };
      this.#connection.query({ sql, rowsAsArray: true }, finish).on('fields', () => {
        done += 1;
      });
    });
  }

  #answers([results, fields]: readonly unknown[]): Answer[] {
    const columns = fields as (FieldPacket[] | undefined)[];
    const answers = (results as unknown[]).map((result, i) => answerOf(result, columns[i]));
    this.#transaction = answers.findLast(({ transaction }) => transaction)?.transaction ?? this.#transaction;
    return answers;
  }

  #failure(error: QueryError, done: number): StatementError {
    const failure = new StatementError(error, done);
    if (failure.isLost) this.drop();
    return failure;
  }

  /** Lets go at once; whatever is under way fails. */
  drop(): void {
    this.#isLost = true;
    this.#socket.destroy();
  }

  /** Says goodbye and keeps nobody waiting for the answer. Nothing may be under way. */
  close(): void {
    this.#isLost = true;
    this.#connection.end();
    this.#socket.unref();
    setTimeout(() => this.#socket.destroy(), goodbyeMs).unref();
  }
}
