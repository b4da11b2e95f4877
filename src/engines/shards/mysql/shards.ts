/** The shards port on servers that speak MySQL's protocol. */
import type { Clock } from '#kernel/clock';
import { UnavailableError } from '#kernel/errors';
import type { Id, ObjectType } from '#kernel/ids';
import type { Log } from '#kernel/log';
import { claimShard } from '../claim-shard.ts';
import { requireMappingName } from '../mapping-name.ts';
import {
  type Change,
  type CommitResult,
  type MappingEntry,
  type OutboxEntry,
  type RangeRequest,
  type ShardStats,
  type StoredObject,
  WriteRefusedError,
} from '../port.ts';
import type { ServerStatus } from '../servers.ts';
import type { MovableShards } from '../transfer.ts';
import { committing } from './changes.ts';
import { claiming, readClaims, releasing } from './claims.ts';
import type { Engine } from './engine.ts';
import { readCounts, readLinked, readRanges } from './mappings.ts';
import { readObjects, scanObjects } from './objects.ts';
import { readOutbox, trimming } from './outbox.ts';
import { shardsWithOutbox } from './outboxes.ts';
import { answered } from './statement-error.ts';
import { readStats } from './stats.ts';
import { SqlTransfer } from './transfer.ts';
import { allProblems } from './verify.ts';
import type { Write } from './write.ts';

/** What the shards of a server are opened with. */
export interface SqlShardsOptions {
  readonly engine: Engine;
  /** The count that claims are hashed over. */
  readonly claimCount: number;
  readonly clock: Clock;
  readonly log: Log | undefined;
}

/** Shards of one server or cluster. */
export class SqlShards extends SqlTransfer implements MovableShards {
  readonly count: number;
  readonly #engine: Engine;
  readonly #claimCount: number;
  readonly #clock: Clock;
  readonly #log: Log | undefined;
  readonly #listeners = new Set<(shard: number) => void>();
  #closing: Promise<void> | undefined;

  constructor({ engine, claimCount, clock, log }: SqlShardsOptions) {
    super(engine);
    this.count = engine.count;
    this.#engine = engine;
    this.#claimCount = claimCount;
    this.#clock = clock;
    this.#log = log;
  }

  async allocate(shard: number, type: ObjectType, count: number): Promise<Id[]> {
    this.#engine.requireShard(shard);
    return this.#engine.allocator.allocate(shard, type, count);
  }

  async commit(shard: number, changes: readonly Change[]): Promise<CommitResult> {
    const { layout, catalog } = this.#engine;
    this.#engine.requireShard(shard);
    const write = committing({ layout, catalog, shard, now: this.#clock.now() }, changes);
    const announce = () => {
      if (write.events?.length) this.#announce(shard);
    };
    try {
      const versions = await this.#write(shard, write);
      announce();
      return versions;
    } catch (error) {
      // Without an answer they may be there.
      if (error instanceof UnavailableError && !(error instanceof WriteRefusedError)) announce();
      throw error;
    }
  }

  async getMany(ids: readonly Id[]): Promise<Map<Id, StoredObject>> {
    const { gatherer, layout } = this.#reading();
    return readObjects(gatherer, layout, ids);
  }

  async scan(shard: number, type: ObjectType, afterLocal: number, limit: number): Promise<StoredObject[]> {
    const { gatherer, layout } = this.#reading();
    return scanObjects(gatherer, layout, { shard, type, afterLocal }, limit);
  }

  async range(request: RangeRequest): Promise<MappingEntry[]> {
    const [entries = []] = await this.rangeMany([request]);
    return entries;
  }

  async rangeMany(requests: readonly RangeRequest[]): Promise<MappingEntry[][]> {
    for (const { mapping } of requests) requireMappingName(mapping);
    return readRanges(this.#reading().gatherer, requests);
  }

  async linked(mapping: string, from: Id, to: readonly Id[]): Promise<Set<Id>> {
    requireMappingName(mapping);
    return readLinked(this.#reading().gatherer, mapping, from, to);
  }

  async countLinks(mapping: string, from: readonly Id[]): Promise<Map<Id, number>> {
    requireMappingName(mapping);
    return readCounts(this.#reading().gatherer, mapping, from);
  }

  async claim(space: string, key: string, id: Id): Promise<Id> {
    const shard = this.claimShard(space, key);
    return this.#write(shard, claiming(this.#engine.catalog, shard, space, key, id));
  }

  async claimed(space: string, keys: readonly string[]): Promise<Map<string, Id>> {
    const byShard = Map.groupBy(keys, (key) => this.claimShard(space, key));
    return readClaims(this.#reading().gatherer, space, byShard);
  }

  async release(space: string, key: string, id: Id): Promise<void> {
    const shard = this.claimShard(space, key);
    await this.#write(shard, releasing(this.#engine.catalog, shard, space, key, id));
  }

  claimShard(space: string, key: string): number {
    return claimShard(space, key, this.#claimCount);
  }

  async readOutbox(shard: number, after: number, limit: number): Promise<OutboxEntry[]> {
    this.#engine.requireShard(shard);
    return readOutbox(this.#engine.gatherer, shard, after, limit);
  }

  async trimOutbox(shard: number, through: number): Promise<void> {
    this.#engine.requireShard(shard);
    if (!(await answered(this.#engine.has(shard, 'outbox'), shard))) return;
    await this.#write(shard, trimming(this.#engine.catalog, shard, through));
  }

  async shardsWithOutbox(): Promise<number[]> {
    return shardsWithOutbox(this.#reading());
  }

  onOutbox(listener: (shard: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stats(shard: number): Promise<ShardStats> {
    this.#engine.requireShard(shard);
    return answered(readStats(this.#engine, shard), shard);
  }

  async verify(): Promise<string[]> {
    return allProblems(this.#reading());
  }

  async servers(): Promise<ServerStatus[]> {
    return this.#reading().connections.servers();
  }

  async close(): Promise<void> {
    this.#closing ??= this.#engine.close();
    await this.#closing;
  }

  #reading(): Engine {
    this.#engine.requireOpen();
    return this.#engine;
  }

  async #write<T>(shard: number, write: Write<T>): Promise<T> {
    this.#engine.requireShard(shard);
    return this.#engine.writer.run(shard, write);
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
