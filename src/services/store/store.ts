/** The store over shards and cache. */
import { randomInt } from 'node:crypto';
import type { Cache } from '#engines/cache/port';
import type { IdBlocks } from '#engines/id-blocks/port';
import {
  type Change,
  type CommitOptions,
  type CommitResult,
  type MappingEntry,
  type Shards,
  type StoredObject,
  WriteRefusedError,
} from '#engines/shards/port';
import { type Actor, actorId } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { NotFoundError, UnavailableError } from '#kernel/errors';
import { decodeId, type Id, type ObjectType, typeOf } from '#kernel/ids';
import type { Metrics } from '#kernel/metrics';
import { Stamps, type Unchanged } from '#kernel/stamps';
import { requireMayAllocate, requireSystem } from './access/own-ids.ts';
import { ReadAccess } from './access/read-access.ts';
import { WriteAccess } from './access/write-access.ts';
import { CachedObjects } from './cached-objects.ts';
import type { EdgeRequest, MappingName, Store, StoreCommit } from './contract.ts';
import { frozen } from './frozen.ts';
import { IdReserve } from './id-reserve.ts';
import { withLogged } from './logged-changes.ts';
import { StoreMeter } from './meter.ts';
import { PendingReads } from './pending-reads.ts';
import { Pending } from './pending-writes.ts';
import { type Patience, ShardHealth } from './shard-health.ts';
import { requireCommit, requireId, requireMapping, type Written } from './validate.ts';

/** What the store stands on. */
export interface StoreDeps {
  readonly shards: Shards;
  readonly cache: Cache<StoredObject>;
  /** Where ids of pins are kept ahead of need; without it every id comes from its shard. */
  readonly idBlocks?: IdBlocks | undefined;
  readonly patience?: Patience | undefined;
  readonly clock: Clock;
  readonly metrics?: Metrics | undefined;
}

/** The one door to the shards. */
export class ShardedStore implements Store {
  readonly shardCount: number;
  readonly pending = new Pending();
  readonly #shards: Shards;
  readonly #objects: CachedObjects;
  readonly #reads: PendingReads;
  readonly #writes: WriteAccess;
  readonly #reserve: IdReserve | undefined;
  readonly #health: ShardHealth;
  readonly #clock: Clock;
  readonly #meter: StoreMeter;
  readonly #stamps = new Stamps();
  readonly #links = new Stamps();
  #changeCount = 0;
  #nextPlace: number;

  constructor({ shards, cache, idBlocks, patience, clock, metrics }: StoreDeps) {
    this.shardCount = shards.count;
    this.#shards = shards;
    this.#objects = new CachedObjects(shards, cache, () => this.#anyChanged());
    const reads = new ReadAccess(shards, this.#objects);
    this.#reads = new PendingReads(this.pending, reads, this.#objects);
    this.#writes = new WriteAccess(this.#objects, reads);
    this.#reserve = idBlocks && new IdReserve({ shards, blocks: idBlocks });
    this.#health = new ShardHealth(patience);
    this.#health.onAnswer((shard) => this.#reserve?.fill(shard));
    this.#clock = clock;
    this.#meter = new StoreMeter(metrics, cache, this.pending);
    this.#nextPlace = randomInt(shards.count);
  }

  answer(shards: readonly number[], slowMs: number): boolean {
    return this.#health.admits(shards, slowMs);
  }

  onAnswer(listener: (shard: number) => void): () => void {
    return this.#health.onAnswer(listener);
  }

  placeUser(): number {
    const place = this.#nextPlace;
    this.#nextPlace = (place + 1) % this.shardCount;
    return place;
  }

  async allocate(actor: Actor, shard: number, type: ObjectType, count: number): Promise<Id[]> {
    requireMayAllocate(actor, shard, type);
    if (type === 'pin' && count === 1 && this.#reserve) return [await this.#reserve.take(shard)];
    const ids = await this.#shards.allocate(shard, type, count);
    // Where somebody settles, pins follow.
    if (type === 'user' || type === 'board') this.#reserve?.fill(shard);
    return ids;
  }

  async getMany(
    actor: Actor,
    ids: readonly Id[],
    options?: { fresh?: boolean },
  ): Promise<Map<Id, StoredObject>> {
    if (actor.kind !== 'system') return this.#reads.getMany(actor, ids, options?.fresh);
    return options?.fresh ? this.#objects.read(ids) : this.#objects.getMany(ids);
  }

  async get(actor: Actor, id: Id, options?: { fresh?: boolean }): Promise<StoredObject> {
    const object = (await this.getMany(actor, [id], options)).get(id);
    if (object === undefined) throw new NotFoundError(typeOf(id) ?? 'object');
    return object;
  }

  watch(ids: readonly Id[]): Unchanged {
    return this.#stamps.watch(ids);
  }

  async commit(actor: Actor, commit: StoreCommit, options?: CommitOptions): Promise<CommitResult> {
    const now = this.#clock.now();
    const written = requireCommit(commit, this.shardCount, now);
    const versions = await this.#meter
      .time(actor, () => this.#health.watch(commit.shard, () => this.#write(actor, commit, now, options)))
      // Whatever became of it: a commit whose answer was lost may have been made.
      .finally(() => this.#links.changed(commit.changes.flatMap(linkKeys)));
    await this.#learn(versions, written, commit.changes);
    return versions;
  }

  async #write(
    actor: Actor,
    { shard, changes }: StoreCommit,
    now: number,
    options?: CommitOptions,
  ): Promise<CommitResult> {
    const permitted = await this.#writes.permit(actor, changes);
    const written = permitted.map((change) => stamped(change, now));
    try {
      const logged = withLogged(written, { now, actor: actorId(actor) });
      return await this.#shards.commit(shard, logged, options);
    } catch (error) {
      if (error instanceof UnavailableError && !(error instanceof WriteRefusedError))
        await this.#doubt(written);
      throw error;
    }
  }

  /** Nobody knows whether objects are as they were. */
  async #doubt(changes: readonly Change[]): Promise<void> {
    const ids = changes.flatMap((change) =>
      change.kind === 'put' || change.kind === 'remove' ? [change.id] : [],
    );
    await this.#objects.afterDoubt(ids);
    this.#stamps.changed(ids);
    this.#changeCount += 1;
  }

  /** Objects and edges were read that may be older than what is there, so nothing that was derived may be taken for true. */
  #anyChanged(): void {
    this.#stamps.allChanged();
    this.#links.allChanged();
    this.#changeCount += 1;
  }

  async #learn(
    versions: CommitResult,
    written: ReadonlyMap<Id, Written>,
    changes: readonly Change[],
  ): Promise<void> {
    const made: StoredObject[] = [];
    const changed: Id[] = [];
    // An object that is removed and put again starts over at version 1, which no cache can tell from the old one.
    const removed = new Set(changes.filter((change) => change.kind === 'remove').map(({ id }) => id));
    for (const [id, version] of versions) {
      const put = written.get(id);
      if (removed.has(id)) continue;
      if (version === 1 && put) made.push(firstVersion(id, put));
      else changed.push(id);
    }
    try {
      await this.#objects.afterCommit(made, changed, [...removed]);
    } finally {
      // Behind the cache: whoever looks again because of this must find the new versions there.
      this.#stamps.changed([...changed, ...removed]);
      if (changed.length + removed.size > 0) this.#changeCount += 1;
    }
  }

  async range(actor: Actor, request: EdgeRequest): Promise<MappingEntry[]> {
    requireMapping(request.mapping);
    if (actor.kind === 'system') return this.#shards.range(request);
    return (await this.#reads.rangeMany(actor, [request]))[0] ?? [];
  }

  async rangeMany(actor: Actor, requests: readonly EdgeRequest[]): Promise<MappingEntry[][]> {
    for (const { mapping } of requests) requireMapping(mapping);
    if (actor.kind === 'system') return this.#shards.rangeMany(requests);
    return this.#reads.rangeMany(actor, requests);
  }

  async linked(actor: Actor, mapping: MappingName, from: Id, to: readonly Id[]): Promise<Set<Id>> {
    requireMapping(mapping);
    if (actor.kind === 'system') return this.#shards.linked(mapping, from, to);
    return this.#reads.linked(actor, mapping, from, to);
  }

  async countLinks(actor: Actor, mapping: MappingName, from: readonly Id[]): Promise<Map<Id, number>> {
    requireMapping(mapping);
    if (actor.kind === 'system') return this.#shards.countLinks(mapping, from);
    return this.#reads.countLinks(actor, mapping, from);
  }

  changeCount(): number {
    return this.#changeCount;
  }

  linksVersion(mapping: MappingName, from: Id): number {
    return this.#links.countOf(linksKey(mapping, from));
  }

  async claim(actor: Actor, space: string, key: string, id: Id): Promise<Id> {
    requireSystem(actor);
    requireId('id', id);
    return this.#shards.claim(space, key, id);
  }

  async claimed(actor: Actor, space: string, keys: readonly string[]): Promise<Map<string, Id>> {
    const claims = await this.#shards.claimed(space, keys);
    return actor.kind === 'system' ? claims : this.#reads.named(actor, claims);
  }

  async release(actor: Actor, space: string, key: string, id: Id): Promise<void> {
    requireSystem(actor);
    await this.#shards.release(space, key, id);
  }

  claimShard(space: string, key: string): number {
    return this.#shards.claimShard(space, key);
  }

  async *scan(actor: Actor, type: ObjectType, batch = 500): AsyncIterable<StoredObject[]> {
    requireSystem(actor);
    for (let shard = 0; shard < this.shardCount; shard += 1) {
      let objects: StoredObject[];
      let after = 0;
      do {
        objects = await this.#shards.scan(shard, type, after, batch);
        const last = objects.at(-1);
        if (last === undefined) break;
        yield objects.map(frozen);
        after = decodeId(last.id).local;
      } while (objects.length === batch);
    }
  }
}

function linksKey(mapping: string, from: Id): string {
  return `${mapping} ${from}`;
}

/** The edges' key of a change of edges. */
function linkKeys(change: Change): string[] {
  return change.kind === 'link' || change.kind === 'unlink' ? [linksKey(change.mapping, change.from)] : [];
}

function stamped(change: Change, now: number): Change {
  return change.kind === 'put' && change.createdAt === undefined ? { ...change, createdAt: now } : change;
}

/** An object that a commit made, as a read would give it. */
function firstVersion(id: Id, { json, createdAt }: Written): StoredObject {
  return frozen({ id, data: JSON.parse(json), version: 1, createdAt });
}
