/** One server: its connections for reading, and who watches it. */
import type { ServerStatus } from '../servers.ts';
import type { Link } from './link.ts';
import { LinkPool, type PoolOptions } from './link-pool.ts';
import { positionText } from './position.ts';
import { ServerWatch, type WatchOptions } from './server-watch.ts';

/** How to reach and watch a server. */
export interface ServerOptions {
  readonly pool: PoolOptions;
  /** How many connections may read at once. */
  readonly readers: number;
  readonly watch: Omit<WatchOptions, 'url'>;
}

/** A server's host and port. */
export function addressOf(url: string): string {
  return new URL(url).host;
}

/** A server. It is watched from its first use on. */
export class Server {
  readonly address: string;
  readonly watch: ServerWatch;
  /** How to make more connections that its watch hears of. */
  readonly pool: PoolOptions;
  readonly #role: ServerStatus['role'];
  readonly #readers: LinkPool;

  constructor({ pool, readers, watch }: ServerOptions) {
    this.address = addressOf(pool.url);
    this.#role = watch.role;
    this.watch = new ServerWatch({
      ...watch,
      url: pool.url,
      onGone: () => {
        this.#readers.drop();
        watch.onGone?.();
      },
    });
    this.pool = {
      ...pool,
      onOpen: () => this.watch.opened(),
      onBreak: (error) => this.watch.broke(error),
    };
    this.#readers = new LinkPool(this.pool, readers);
  }

  /** Lends a connection for reading. */
  read<T>(work: (link: Link) => Promise<T>): Promise<T> {
    this.watch.start();
    return this.#readers.use(work);
  }

  get status(): ServerStatus {
    const { state, problem, applied, finding } = this.watch;
    return {
      address: this.address,
      role: this.#role,
      state,
      lagSeconds: finding?.following?.lagSeconds ?? null,
      position: positionText(applied ?? new Map()),
      problem,
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.watch.close(), this.#readers.close()]);
  }
}
