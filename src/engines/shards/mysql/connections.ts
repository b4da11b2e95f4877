/**
 * Who hands out connections: for reading what may be a moment old, for reading what is true now, and for writing.
 *
 * Reads of a shard go to a replica that has applied the shard's last write through this process, else to the primary. When
 * the primary is gone, writes are refused at once, and reads go on from the replica that is furthest.
 */
import { UnavailableError } from '#kernel/errors';
import { WriteRefusedError } from '../port.ts';
import type { ServerState, ServerStatus } from '../servers.ts';
import { Floors } from './floors.ts';
import type { Link, LinkOptions } from './link.ts';
import { LinkPool } from './link-pool.ts';
import { noPosition, positionBehind } from './position.ts';
import type { Finding } from './probe.ts';
import { hasReached, Replicas } from './replicas.ts';
import { Server } from './server.ts';
import { ServerMeter, type ServerMeterOptions } from './server-meter.ts';
import type { WatchOptions } from './server-watch.ts';
import { isFault, StatementError } from './statement-error.ts';

/** How to reach the servers. */
export interface ConnectionsOptions extends ServerMeterOptions {
  /** `mysql://user:password@host:port` of the server that is written to. */
  readonly primary: string;
  /** The same of servers that follow it. */
  readonly replicas: readonly string[];
  /** Statements that set up a session whose statements end after so many milliseconds; 0: never. */
  readonly session: (statementMs: number) => string[];
  /** How many connections may read, of each server, and how many may write, at once. */
  readonly readers: number;
  readonly writers: number;
  /** Milliseconds that a statement may take. */
  readonly statementMs: number;
  /** Looks how a server stands. */
  readonly look: (link: Link) => Promise<Finding>;
  /** Looks at every new connection for writing; rejects when the server must not be written to. */
  readonly checkWriter?: (link: Link) => Promise<void>;
  /** Looks at the server before the first write. */
  readonly greet?: (link: Link) => Promise<void>;
  /** Milliseconds between two looks at each server. */
  readonly lookMs: number;
  /** A replica that is behind by more seconds is left out. */
  readonly lagLimitSeconds: number;
}

/** Work on a connection; told whether the server may lack what was acknowledged. */
export type Reading<T> = (link: Link, isStale: boolean) => Promise<T>;

/** Milliseconds until a server that does not answer a new connection is given up. */
const connectMs = 3000;

/** Milliseconds beyond its own limit that a server is waited for. */
const marginMs = 1000;

/** Milliseconds that a slow piece of work may take over one round trip. */
const slowMs = 60 * 60_000;

/** Milliseconds since the primary went for which readers wait for a replica to apply what it has received. */
const applyingMs = 4000;

/** Milliseconds that a look at a server may take. */
const lookPatienceMs = 1000;

/** Connections to a primary and its replicas. */
export class Connections {
  readonly #primary: Server;
  readonly #replicas: Replicas;
  readonly #servers: readonly Server[];
  readonly #writers: LinkPool;
  readonly #slowly: Partial<LinkOptions>;
  readonly #floors = new Floors();
  readonly #meter: ServerMeter;
  #greet: ConnectionsOptions['greet'];
  #goneAt = 0;
  #isClosed = false;

  constructor(options: ConnectionsOptions) {
    const { session, writers, checkWriter } = options;
    this.#meter = new ServerMeter(options);
    this.#primary = this.#makePrimary(options);
    const replicas = options.replicas.map((url) => this.#makeReplica(options, url));
    this.#replicas = new Replicas(replicas);
    this.#servers = [this.#primary, ...replicas];
    const admit = () => this.#requireWritable();
    this.#writers = new LinkPool(
      { ...this.#primary.pool, admit, ...(checkWriter && { greet: checkWriter }) },
      writers,
    );
    this.#greet = options.greet;
    this.#slowly = { session: session(0), patienceMs: slowMs };
  }

  #makePrimary(options: ConnectionsOptions): Server {
    return this.#makeServer(options, options.primary, 'primary', {
      onLook: () => {
        const { doubts } = this.#floors;
        return ({ applied }: Finding) => this.#floors.settle(doubts, applied);
      },
      onGone: () => {
        this.#goneAt = performance.now();
        this.#writers.drop();
      },
      onBack: () => this.#floors.reset(),
    });
  }

  #makeReplica(options: ConnectionsOptions, url: string): Server {
    const server: Server = this.#makeServer(options, url, 'replica', {
      onLook: () => () => this.#meter.lag(server.status),
    });
    return server;
  }

  #makeServer(
    { session, statementMs, readers, look, lookMs, lagLimitSeconds }: ConnectionsOptions,
    url: string,
    role: ServerStatus['role'],
    hooks: Pick<WatchOptions, 'onLook' | 'onGone' | 'onBack'>,
  ): Server {
    const pool = { url, session: session(statementMs), connectMs, patienceMs: statementMs + marginMs };
    const onState = (before: ServerState) => this.#meter.note(server.status, before);
    const server: Server = new Server({
      pool,
      readers,
      watch: { role, look, lagLimitSeconds, everyMs: lookMs, patienceMs: lookPatienceMs, onState, ...hooks },
    });
    return server;
  }

  /** How the servers are; waits until each was looked at once. */
  async servers(): Promise<ServerStatus[]> {
    this.#start();
    await Promise.all(this.#servers.map(({ watch }) => watch.firstLook));
    return this.#servers.map(({ status }) => status);
  }

  /** Which server answers for a shard. */
  placeOf(shard: number): Server {
    return this.#replicas.pick(shard, (applied) => this.#floors.allow(shard, applied)) ?? this.#primary;
  }

  /** Reads of shards that one server answers for; when it cannot, the others do. */
  async readAt<T>(place: Server, shards: readonly number[], work: Reading<T>): Promise<T> {
    this.#start();
    if (place === this.#primary) return this.readLatest(shards, work);
    try {
      const answer = await place.read((link) => work(link, false));
      this.#meter.read('replica');
      return answer;
    } catch (error) {
      if (!isFault(error)) throw error;
      return this.readLatest(shards, work);
    }
  }

  /** Reads what the primary has; when it is gone, what a replica has. */
  async readLatest<T>(shards: readonly number[], work: Reading<T>): Promise<T> {
    this.#start();
    if (this.#primary.watch.isGone) return this.#rescue(shards, work, undefined);
    try {
      const answer = await this.readPrimary((link) => work(link, false));
      this.#meter.read('primary');
      return answer;
    } catch (error) {
      if (this.#isClosed || !isFault(error)) throw error;
      return this.#rescue(shards, work, error);
    }
  }

  /** Lends a connection for reading what the primary has. Runs `work` again when its connection broke. */
  async readPrimary<T>(work: (link: Link) => Promise<T>): Promise<T> {
    this.#start();
    try {
      return await this.#primary.read(work);
    } catch (error) {
      if (!(error instanceof StatementError && error.isLost)) throw error;
      return this.#primary.read(work);
    }
  }

  /**
   * Lends a connection for writing to a shard, once: only who wrote knows whether it may be done again. Rejects with
   * `WriteRefusedError` when there is none to lend.
   */
  async write<T>(shard: number, work: (link: Link) => Promise<T>): Promise<T> {
    this.#start();
    this.#requireWritable();
    let hasBegun = false;
    try {
      return await this.#writers.use(async (link) => {
        await this.#greet?.(link);
        this.#greet = undefined;
        hasBegun = true;
        return this.#noting(shard, link, work);
      });
    } catch (error) {
      if (hasBegun || !(error instanceof UnavailableError) || error instanceof WriteRefusedError) throw error;
      throw new WriteRefusedError(error.message, error);
    }
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
    this.#start();
    const link = await this.#writers.borrow(this.#slowly);
    return { link, end: () => this.#writers.end(link) };
  }

  /** Refuses new work and resolves when the work under way is done; slow work is ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#writers.close(), ...this.#servers.map((server) => server.close())]);
    this.#meter.forget(this.#servers.map(({ status }) => status));
  }

  #start(): void {
    if (this.#isClosed) return;
    for (const { watch } of this.#servers) watch.start();
  }

  #requireWritable(): void {
    if (!this.#primary.watch.isGone) return;
    throw new WriteRefusedError('the database is read-only for now: its primary does not answer');
  }

  /** Remembers how far the server is behind a write, or that nobody knows. */
  async #noting<T>(shard: number, link: Link, work: (link: Link) => Promise<T>): Promise<T> {
    try {
      const answer = await work(link);
      const { transaction } = link;
      if (transaction === undefined) this.#floors.doubt(shard);
      else this.#floors.wrote(shard, positionBehind(transaction));
      return answer;
    } catch (error) {
      this.#floors.doubt(shard);
      throw error;
    }
  }

  /** Reads from a replica in the primary's place. It is waited for until it has applied what was acknowledged. */
  async #rescue<T>(shards: readonly number[], work: Reading<T>, fault: unknown): Promise<T> {
    const { position, isCertain } = this.#floors.of(shards);
    const until = (this.#primary.watch.isGone ? this.#goneAt : performance.now()) + applyingMs;
    for (const replica of await this.#replicas.byLength()) {
      try {
        return await replica.read(async (link) => {
          const hasAll = await hasReached(replica, link, position, until);
          if (!hasAll) this.#floors.giveUp(shards, replica.watch.applied ?? noPosition);
          const isStale = !hasAll || !isCertain;
          this.#meter.read(isStale ? 'stale' : 'replica');
          return work(link, isStale);
        });
      } catch (error) {
        if (!isFault(error)) throw error;
      }
    }
    if (fault !== undefined) throw fault;
    return this.readPrimary((link) => work(link, false));
  }
}
