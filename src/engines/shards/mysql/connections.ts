/** Who hands out connections: for reading what may be a moment old, for reading what is true now, and for writing. */
import type { Link, LinkOptions } from './link.ts';
import { LinkPool } from './link-pool.ts';
import { StatementError } from './statement-error.ts';

/** How to reach the servers. */
export interface ConnectionsOptions {
  /** `mysql://user:password@host:port` of the server that is written to. */
  readonly primary: string;
  /** The same of servers that follow it. */
  readonly replicas: readonly string[];
  /** Statements that set up a session whose statements end after so many milliseconds; 0: never. */
  readonly session: (statementMs: number) => string[];
  /** How many connections may read, and how many may write, at once. */
  readonly readers: number;
  readonly writers: number;
  /** Milliseconds that a statement may take. */
  readonly statementMs: number;
  /** Looks at the server before the first write. */
  readonly greet?: (link: Link) => Promise<void>;
}

/** Milliseconds until a server that does not answer a new connection is given up. */
const connectMs = 3000;

/** Milliseconds beyond its own limit that a server is waited for. */
const marginMs = 1000;

/** Milliseconds that a slow piece of work may take over one round trip. */
const slowMs = 60 * 60_000;

/** Connections to a primary. */
export class Connections {
  readonly #readers: LinkPool;
  readonly #writers: LinkPool;
  readonly #slowly: Partial<LinkOptions>;
  #greet: ConnectionsOptions['greet'];

  constructor({ primary, session, readers, writers, statementMs, greet }: ConnectionsOptions) {
    const patienceMs = statementMs + marginMs;
    const options = { url: primary, session: session(statementMs), connectMs, patienceMs };
    this.#readers = new LinkPool(options, readers);
    this.#writers = new LinkPool(options, writers);
    this.#greet = greet;
    this.#slowly = { session: session(0), patienceMs: slowMs };
  }

  /** Lends a connection for reading what any server has. Runs `work` again when its connection broke. */
  read<T>(work: (link: Link) => Promise<T>): Promise<T> {
    return this.readPrimary(work);
  }

  /** Lends a connection for reading what the primary has. Runs `work` again when its connection broke. */
  async readPrimary<T>(work: (link: Link) => Promise<T>): Promise<T> {
    try {
      return await this.#readers.use(work);
    } catch (error) {
      if (!(error instanceof StatementError && error.isLost)) throw error;
      return this.#readers.use(work);
    }
  }

  /** Lends a connection for writing, once: only who wrote knows whether it may be done again. */
  write<T>(work: (link: Link) => Promise<T>): Promise<T> {
    return this.#writers.use(async (link) => {
      await this.#greet?.(link);
      this.#greet = undefined;
      return work(link);
    });
  }

  /** Lends a connection to the primary that keeps nobody waiting and that no statement timeout ends. */
  async slow<T>(work: (link: Link) => Promise<T>): Promise<T> {
    const { link, end } = await this.borrow();
    try {
      return await work(link);
    } finally {
      end();
    }
  }

  /** The same, kept until `end` is called. */
  async borrow(): Promise<{ link: Link; end: () => void }> {
    const link = await this.#writers.borrow(this.#slowly);
    return { link, end: () => this.#writers.end(link) };
  }

  /** Refuses new work and resolves when the work under way is done; slow work is ended. */
  async close(): Promise<void> {
    await Promise.all([this.#readers.close(), this.#writers.close()]);
  }
}
