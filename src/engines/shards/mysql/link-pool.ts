/** Connections to one server that are used again and again. */
import { UnavailableError } from '#kernel/errors';
import { Link, type LinkOptions } from './link.ts';
import { Permits } from './permits.ts';

/** How to connect, and who is asked and told. */
export interface PoolOptions extends LinkOptions {
  /** Throws when nobody is lent a connection now. */
  readonly admit?: () => void;
  /** Looks at a new connection; rejects when it must not be used. */
  readonly greet?: (link: Link) => Promise<void>;
  /** Told of every connection that was made, and of everything that one failed with when it broke or was not made. */
  readonly onOpen?: () => void;
  readonly onBreak?: (error: unknown) => void;
}

/** At most `size` connections, opened when needed, the last used first. */
export class LinkPool {
  readonly #options: PoolOptions;
  readonly #permits: Permits;
  readonly #idle: Link[] = [];
  readonly #borrowed = new Set<Link>();
  #isClosed = false;
  #life = new AbortController();

  constructor(options: PoolOptions, size: number) {
    this.#options = options;
    this.#permits = new Permits(size, options.patienceMs);
  }

  /**
   * Lends a connection. Work that fails with a transaction open must drop it. Rejects with what `work` rejects with, and
   * with `UnavailableError` when the server cannot be reached, none came free in time, or after `close`.
   */
  async use<T>(work: (link: Link) => Promise<T>): Promise<T> {
    this.#requireOpen();
    await this.#permits.take();
    try {
      this.#options.admit?.();
      const link = this.#pop() ?? (await this.#open(this.#options));
      return await this.#lend(link, work);
    } finally {
      this.#permits.give();
    }
  }

  async #lend<T>(link: Link, work: (link: Link) => Promise<T>): Promise<T> {
    try {
      return await work(link);
    } catch (error) {
      if (link.isLost) this.#options.onBreak?.(error);
      throw error;
    } finally {
      if (!link.isLost) this.#idle.push(link);
    }
  }

  /** Opens a connection beside the pool's, with options of its own. To be given to `end`. */
  async borrow(options: Partial<LinkOptions>): Promise<Link> {
    this.#requireOpen();
    this.#options.admit?.();
    const link = await this.#open({ ...this.#options, ...options });
    this.#borrowed.add(link);
    if (this.#isClosed) this.end(link);
    this.#requireOpen();
    return link;
  }

  /** Lets go of a borrowed connection, whatever is under way on it. */
  end(link: Link): void {
    this.#borrowed.delete(link);
    link.drop();
  }

  /** Lets go of all connections at once, those too that are being made; whatever is under way fails. New ones are made when needed. */
  drop(): void {
    this.#life.abort();
    this.#life = new AbortController();
    this.#idle.length = 0;
  }

  /** Refuses new work, ends borrowed connections at once and the pool's when their work is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const link of this.#borrowed) this.end(link);
    await this.#permits.drained();
    for (const link of this.#idle) link.close();
    this.#idle.length = 0;
  }

  async #open(options: PoolOptions): Promise<Link> {
    try {
      const link = await Link.open({ ...options, signal: this.#life.signal });
      options.onOpen?.();
      await this.#greet(link, options);
      return link;
    } catch (error) {
      options.onBreak?.(error);
      throw error;
    }
  }

  async #greet(link: Link, { greet }: PoolOptions): Promise<void> {
    try {
      await greet?.(link);
    } catch (error) {
      link.drop();
      throw error;
    }
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new UnavailableError('the shards are closed');
  }

  #pop(): Link | undefined {
    let link = this.#idle.pop();
    while (link?.isLost) link = this.#idle.pop();
    return link;
  }
}
