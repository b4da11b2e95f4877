/** The shards port on SQLite, a file a shard. */
import { type Clock, systemClock } from '#kernel/clock';
import { InvalidInputError, PinakesError } from '#kernel/errors';
import { type Id, isId, type ObjectType, shardOf } from '#kernel/ids';
import type { Log } from '#kernel/log';
import type { Durability } from '#kernel/sqlite';
import { turns } from '#kernel/turns';
import { Allocator } from './allocator.ts';
import { claimShard } from './claim-shard.ts';
import { groupIds } from './id-groups.ts';
import { requireMappingName } from './mapping-name.ts';
import type {
  Change,
  CommitOptions,
  CommitResult,
  MappingEntry,
  OutboxEntry,
  RangeRequest,
  ShardStats,
  StoredObject,
} from './port.ts';
import { batches } from './sqlite/batches.ts';
import { prepare } from './sqlite/changes.ts';
import { dropClaim, readClaims, takeClaim } from './sqlite/claims.ts';
import { ShardFolder } from './sqlite/folder.ts';
import { readCount, readLinked, readRange } from './sqlite/mappings.ts';
import { readObjects, scanObjects } from './sqlite/objects.ts';
import { dropOutbox, hasOutbox, readOutbox } from './sqlite/outbox.ts';
import { takeSequence } from './sqlite/sequences.ts';
import type { ShardFile } from './sqlite/shard-file.ts';
import { readStats } from './sqlite/stats.ts';
import { SqliteTransfer } from './sqlite/transfer.ts';
import { problemsOf } from './sqlite/verify.ts';
import { ShardWriter } from './sqlite/writer.ts';
import { noStats } from './stats-of.ts';
import type { MovableShards } from './transfer.ts';

/** How to open the shards. */
export interface SqliteShardsOptions {
  /** Holds one file a shard, `00012.sqlite`, and `shards.json` with their number. Made when missing. */
  readonly folder: string;
  /** How many shards; fixed once the folder is made. 64 when left out. */
  readonly count?: number;
  /** The count that claims are hashed over; `count` when left out. */
  readonly claimCount?: number;
  readonly durability: Durability;
  /** Stamps new objects; the machine's clock when left out. */
  readonly clock?: Clock;
  readonly log?: Log;
}

/**
 * Opens shards in a folder, which one process at a time may hold. Files are opened at first use,
 * 0.2 ms each. Reads and transactions run on the calling thread in microseconds and give way to
 * the event loop every few milliseconds; syncs to disk run in Node's thread pool. Rejects with
 * `InvalidInputError` when the folder was made with another count. A damaged file makes its own
 * shard answer `UnavailableError`, no other.
 */
export async function openSqliteShards(options: SqliteShardsOptions): Promise<MovableShards> {
  return new SqliteShards(options);
}

class SqliteShards extends SqliteTransfer implements MovableShards {
  readonly count: number;
  readonly #claimCount: number;
  readonly #folder: ShardFolder;
  readonly #writer: ShardWriter;
  readonly #allocator: Allocator;
  readonly #clock: Clock;
  readonly #log: Log | undefined;
  readonly #listeners = new Set<(shard: number) => void>();
  #closing: Promise<void> | undefined;

  constructor(options: SqliteShardsOptions) {
    const { count = 64, claimCount = count, durability, clock = systemClock, log } = options;
    const folder = new ShardFolder(options.folder, count, durability);
    const writer = new ShardWriter(durability);
    const allocator = new Allocator((shard, type, size) =>
      this.#write(shard, (file) => takeSequence(file, type, size)),
    );
    super({ folder, writer, allocator });
    this.count = count;
    this.#claimCount = claimCount;
    this.#folder = folder;
    this.#writer = writer;
    this.#allocator = allocator;
    this.#clock = clock;
    this.#log = log;
  }

  async allocate(shard: number, type: ObjectType, count: number): Promise<Id[]> {
    await this.#folder.file(shard);
    return this.#allocator.allocate(shard, type, count);
  }

  async commit(shard: number, changes: readonly Change[], options?: CommitOptions): Promise<CommitResult> {
    const steps = prepare(shard, changes, this.#clock.now());
    const apply = (file: ShardFile) => {
      const made = new Map<Id, number>();
      for (const step of steps) step(file, made);
      return made;
    };
    const versions = await this.#write(shard, apply, options?.onApplied);
    if (changes.some(({ kind }) => kind === 'emit')) this.#announce(shard);
    return versions;
  }

  async getMany(ids: readonly Id[]): Promise<Map<Id, StoredObject>> {
    const found = new Map<Id, StoredObject>();
    const pause = turns();
    let isFirst = true;
    for (const { shard, type, wanted } of groupIds(ids)) {
      for (const batch of batches([...wanted.keys()])) {
        if (!isFirst) await pause();
        isFirst = false;
        // Only where the file is not open yet: who waits for nothing lets go of what was read the sooner.
        const opening = this.#folder.read(shard, undefined, (file) =>
          readObjects(file, type, batch, wanted, found),
        );
        if (opening) await opening;
      }
    }
    return found;
  }

  async scan(shard: number, type: ObjectType, afterLocal: number, limit: number): Promise<StoredObject[]> {
    return this.#folder.read(shard, [], (file) => scanObjects(file, type, afterLocal, limit));
  }

  async range(request: RangeRequest): Promise<MappingEntry[]> {
    requireMappingName(request.mapping);
    return this.#folder.read(shardOf(request.from), [], (file) => readRange(file, request));
  }

  async rangeMany(requests: readonly RangeRequest[]): Promise<MappingEntry[][]> {
    const answers: MappingEntry[][] = [];
    const pause = turns();
    for (const request of requests) {
      answers.push(await this.range(request));
      await pause();
    }
    return answers;
  }

  async linked(mapping: string, from: Id, to: readonly Id[]): Promise<Set<Id>> {
    requireMappingName(mapping);
    return this.#folder.read(shardOf(from), new Set(), (file) => readLinked(file, mapping, from, to));
  }

  async countLinks(mapping: string, from: readonly Id[]): Promise<Map<Id, number>> {
    requireMappingName(mapping);
    const counts = new Map<Id, number>();
    const pause = turns();
    for (const id of from) {
      counts.set(id, await this.#folder.read(shardOf(id), 0, (file) => readCount(file, mapping, id)));
      await pause();
    }
    return counts;
  }

  async claim(space: string, key: string, id: Id): Promise<Id> {
    if (!isId(id)) throw new InvalidInputError('id', 'must be an id');
    return this.#write(this.claimShard(space, key), (file) => takeClaim(file, space, key, id));
  }

  async claimed(space: string, keys: readonly string[]): Promise<Map<string, Id>> {
    const owners = new Map<string, Id>();
    const byShard = Map.groupBy(keys, (key) => this.claimShard(space, key));
    const pause = turns();
    for (const [shard, some] of byShard) {
      await this.#folder.read(shard, undefined, (file) => readClaims(file, space, some, owners));
      await pause();
    }
    return owners;
  }

  async release(space: string, key: string, id: Id): Promise<void> {
    await this.#write(this.claimShard(space, key), (file) => dropClaim(file, space, key, id));
  }

  claimShard(space: string, key: string): number {
    return claimShard(space, key, this.#claimCount);
  }

  async readOutbox(shard: number, after: number, limit: number): Promise<OutboxEntry[]> {
    return this.#folder.read(shard, [], (file) => readOutbox(file, after, limit));
  }

  async trimOutbox(shard: number, through: number): Promise<void> {
    const file = await this.#folder.file(shard);
    await this.#writer.run(file, () => dropOutbox(file, through));
  }

  async shardsWithOutbox(): Promise<number[]> {
    return this.#each(
      (file) => (hasOutbox(file) ? [file.shard] : []),
      (shard) => [shard],
    );
  }

  onOutbox(listener: (shard: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stats(shard: number): Promise<ShardStats> {
    return this.#folder.read(shard, noStats, readStats);
  }

  async verify(): Promise<string[]> {
    return this.#each(problemsOf, (_shard, error) => [error.message]);
  }

  async close(): Promise<void> {
    this.#closing ??= this.#finish();
    await this.#closing;
  }

  async #finish(): Promise<void> {
    await this.#folder.shut();
    await this.dropCopies();
    await this.#writer.close();
    await this.#folder.close();
  }

  /** Asks every shard that has a file; `otherwise` answers for one that cannot. */
  async #each<T>(
    ask: (file: ShardFile) => T[],
    otherwise: (shard: number, error: PinakesError) => T[],
  ): Promise<T[]> {
    const answers: T[] = [];
    const pause = turns();
    for (const shard of this.#folder.existing()) {
      try {
        answers.push(...(await this.#folder.read(shard, [], ask)));
      } catch (error) {
        if (!(error instanceof PinakesError)) throw error;
        answers.push(...otherwise(shard, error));
      }
      await pause();
    }
    return answers;
  }

  async #write<T>(shard: number, work: (file: ShardFile) => T, onApplied?: () => void): Promise<T> {
    const file = await this.#folder.file(shard);
    const guarded = () => {
      file.requireUnsealed();
      return work(file);
    };
    return this.#writer.run(file, guarded, onApplied);
  }

  #announce(shard: number): void {
    for (const listener of this.#listeners) {
      try {
        listener(shard);
      } catch (error) {
        this.#log?.error({ err: error, shard }, 'an outbox listener failed');
      }
    }
  }
}
