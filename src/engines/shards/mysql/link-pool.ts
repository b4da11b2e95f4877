/** Connections to one server that are used again and again. */
import { UnavailableError } from '#kernel/errors';
import { Link, type LinkOptions } from './link.ts';
import { Permits } from './permits.ts';

/** At most `size` connections, opened when needed, the last used first. */
export class LinkPool {
  readonly #options: LinkOptions;
  readonly #permits: Permits;
  readonly #idle: Link[] = [];
  readonly #borrowed = new Set<Link>();
  #isClosed = false;

  constructor(options: LinkOptions, size: number) {
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
      const link = this.#pop() ?? (await Link.open(this.#options));
      try {
        return await work(link);
      } finally {
        if (!link.isLost) this.#idle.push(link);
      }
    } finally {
      this.#permits.give();
    }
  }

  /** Opens a connection beside the pool's, with options of its own. To be given to `end`. */
  async borrow(options: Partial<LinkOptions>): Promise<Link> {
    this.#requireOpen();
    const link = await Link.open({ ...this.#options, ...options });
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

  /** Refuses new work, ends borrowed connections at once and the pool's when their work is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const link of this.#borrowed) this.end(link);
    await this.#permits.drained();
    for (const link of this.#idle) link.close();
    this.#idle.length = 0;
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
