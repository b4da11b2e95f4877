/** What the shards of a server stand on. */
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import type { ObjectType } from '#kernel/ids';
import { Allocator } from '../allocator.ts';
import { Catalog } from './catalog.ts';
import type { Connections } from './connections.ts';
import type { Copying } from './copier-protocol.ts';
import { Gatherer } from './gather.ts';
import type { Layout } from './layout.ts';
import type { Link } from './link.ts';
import { reserving } from './outbox.ts';
import { Retrier } from './retrier.ts';
import { isFault, StatementError, unavailable } from './statement-error.ts';
import { GroupWriter } from './writer.ts';

/** What an engine is made of. */
export interface EngineOptions {
  readonly count: number;
  readonly layout: Layout;
  readonly connections: Connections;
  /** Copies in a thread; none: the calling thread does. */
  readonly copier?: Copying | undefined;
}

/** Parts that serving and copying share. */
export class Engine {
  readonly count: number;
  readonly layout: Layout;
  readonly connections: Connections;
  readonly catalog: Catalog;
  readonly gatherer: Gatherer;
  readonly retrier: Retrier;
  readonly writer: GroupWriter;
  readonly allocator: Allocator;
  readonly copier: Copying | undefined;
  #isClosed = false;

  constructor({ count, layout, connections, copier }: EngineOptions) {
    this.count = count;
    this.layout = layout;
    this.connections = connections;
    this.copier = copier;
    this.catalog = new Catalog(layout, connections);
    this.gatherer = new Gatherer(this.catalog, connections);
    this.retrier = new Retrier(layout, this.catalog, connections);
    this.writer = new GroupWriter(layout, this.catalog, this.retrier);
    this.allocator = new Allocator((shard: number, type: ObjectType, size: number) =>
      this.writer.run(shard, reserving(this.catalog, shard, type, size)),
    );
  }

  /** Throws `UnavailableError` after `close`. */
  requireOpen(): void {
    if (this.#isClosed) throw new UnavailableError('the shards are closed');
  }

  /** The same, and `InvalidInputError` when there is no such shard. */
  requireShard(shard: number): void {
    this.requireOpen();
    if (Number.isInteger(shard) && shard >= 0 && shard < this.count) return;
    throw new InvalidInputError('shard', `must be a whole number from 0 to ${this.count - 1}`);
  }

  /** Whether a shard has a table on the primary. */
  async has(shard: number, table: string): Promise<boolean> {
    if (this.catalog.has(shard, table)) return true;
    await this.connections.readPrimary((link) => this.catalog.look(link, [shard]));
    return this.catalog.has(shard, table);
  }

  /** Shards that have a table, in order; as a replica has them when the primary is gone. Rejects with `UnavailableError`. */
  async shardsWith(table: string): Promise<number[]> {
    const sql = this.layout.listShards(table);
    const list = async (link: Link) => (await link.run([sql]))[0]?.rows ?? [];
    const rows = this.connections.slow(list).catch((error: unknown) => {
      if (!isFault(error)) throw error;
      return this.connections.readLatest([], list);
    });
    const listed = await rows.catch((error: unknown) => {
      if (error instanceof StatementError && error.isMissing) return [];
      throw unavailable(error);
    });
    const shards = listed.map(([shard]) => Number(shard)).filter((shard) => shard < this.count);
    return shards.sort((a, b) => a - b);
  }

  /** Refuses new work and lets go of all connections when the work under way is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.writer.drained();
    await this.copier?.close();
    await this.connections.close();
  }
}
