/** The embedded vector index: usearch in a worker thread, with checkpoints on disk. */
import { UnavailableError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Log } from '#kernel/log';
import { checkEntries, checkQueries, checkRemovals, putUnit } from './check.ts';
import type { VectorEntry, VectorIndex, VectorMatch, VectorQuery, VectorRemoval } from './port.ts';
import { Channel } from './usearch/channel.ts';
import type { EntryBatch } from './usearch/protocol.ts';
import { QueryBatches } from './usearch/query-batches.ts';

/** Where and how wide. */
export interface UsearchOptions {
  /** A folder of its own, made when missing. One process may have it open. */
  readonly path: string;
  readonly dimensions: number;
  readonly log?: Log;
}

/** Entries that go to the worker in one message: packing them takes the main thread about 1 ms. */
const mostEntries = 256;

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

class UsearchVectorIndex implements VectorIndex {
  readonly dimensions: number;
  readonly #channel: Channel;
  readonly #queries: QueryBatches;
  #closing: Promise<void> | undefined;

  constructor(dimensions: number, channel: Channel) {
    this.dimensions = dimensions;
    this.#channel = channel;
    this.#queries = new QueryBatches(dimensions, (batch) =>
      channel.call('nearest', batch, [batch.vectors.buffer as ArrayBuffer]),
    );
  }

  #requireOpen(): void {
    if (this.#closing) throw new UnavailableError('the vector index is closed');
  }

  #pack(entries: readonly VectorEntry[]): EntryBatch {
    const vectors = new Float32Array(entries.length * this.dimensions);
    for (const [i, { vector }] of entries.entries()) putUnit(vector, vectors, i * this.dimensions);
    return {
      keys: entries.map(({ key }) => key),
      versions: entries.map(({ version }) => version),
      audiences: entries.map(({ audiences }) => audiences),
      vectors,
    };
  }

  async upsert(entries: readonly VectorEntry[]): Promise<void> {
    this.#requireOpen();
    checkEntries(entries, this.dimensions);
    for (const chunk of chunks(entries, mostEntries)) {
      const batch = this.#pack(chunk);
      await this.#channel.call('upsert', batch, [batch.vectors.buffer as ArrayBuffer]);
    }
  }

  async remove(removals: readonly VectorRemoval[]): Promise<void> {
    this.#requireOpen();
    checkRemovals(removals);
    for (const chunk of chunks(removals, mostEntries)) {
      await this.#channel.call(
        'remove',
        chunk.map(({ key, version }) => ({ key, version })),
      );
    }
  }

  async nearest(queries: readonly VectorQuery[]): Promise<VectorMatch[][]> {
    this.#requireOpen();
    checkQueries(queries, this.dimensions);
    return Promise.all(queries.map((query) => this.#queries.ask(query)));
  }

  async get(keys: readonly Id[]): Promise<Map<Id, Float32Array>> {
    this.#requireOpen();
    const { keys: found, vectors } = await this.#channel.call('get', keys);
    const { dimensions } = this;
    return new Map(found.map((key, i) => [key, vectors.slice(i * dimensions, (i + 1) * dimensions)]));
  }

  async size(): Promise<number> {
    this.#requireOpen();
    return this.#channel.call('size', undefined);
  }

  async checkpoint(mark: string): Promise<void> {
    this.#requireOpen();
    await this.#channel.call('checkpoint', mark);
  }

  async mark(): Promise<string | undefined> {
    this.#requireOpen();
    return this.#channel.call('mark', undefined);
  }

  async clear(): Promise<void> {
    this.#requireOpen();
    await this.#channel.call('clear', undefined);
  }

  async close(): Promise<void> {
    this.#closing ??= this.#channel.close();
    await this.#closing;
  }
}

/**
 * Opens the index in a folder as of its last checkpoint; a folder without one, or whose files are
 * damaged, of another format or of other dimensions, gives an empty index without a mark, and a
 * warning in the log: then whoever fills the index replays. Searches and changes run in a worker
 * thread, so the caller's never waits; searches go between the steps of changes and checkpoints.
 * Memory: about 1.4 kB an entry of 256 dimensions. Opening 100,000 takes 0.5 s.
 */
export async function openUsearchIndex({ path, dimensions, log }: UsearchOptions): Promise<VectorIndex> {
  const { channel, opened } = await Channel.open({ folder: path, dimensions });
  if (opened.warning !== undefined) {
    log?.warn({ path, reason: opened.warning }, 'the vector index could not be read and starts empty');
  }
  return new UsearchVectorIndex(dimensions, channel);
}
