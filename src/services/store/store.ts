/** The store over shards and cache. */
import { randomInt } from 'node:crypto';
import type { Cache } from '#engines/cache/port';
import type { IdBlocks } from '#engines/id-blocks/port';
import type {
  Change,
  CommitResult,
  MappingEntry,
  RangeRequest,
  Shards,
  StoredObject,
} from '#engines/shards/port';
import type { Actor } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { NotFoundError, UnavailableError } from '#kernel/errors';
import { decodeId, type Id, type ObjectType, typeOf } from '#kernel/ids';
import type { Metrics } from '#kernel/metrics';
import { Stamps, type Unchanged } from '#kernel/stamps';
import { CachedObjects } from './cached-objects.ts';
import type { MappingName, Store, StoreCommit } from './contract.ts';
import { frozen } from './frozen.ts';
import { IdReserve } from './id-reserve.ts';
import { StoreMeter } from './meter.ts';
import { Pending, withPending } from './pending-writes.ts';
import { type Patience, ShardHealth } from './shard-health.ts';
import { requireCommit, requireMapping, type Written } from './validate.ts';

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

type EdgeRequest = RangeRequest & { mapping: MappingName };

/** The one door to the shards. */
export class ShardedStore implements Store {
  readonly shardCount: number;
  readonly pending = new Pending();
  readonly #shards: Shards;
  readonly #objects: CachedObjects;
  readonly #reserve: IdReserve | undefined;
  readonly #health: ShardHealth;
  readonly #clock: Clock;
  readonly #meter: StoreMeter;
  readonly #stamps = new Stamps();
  #nextPlace: number;

  constructor({ shards, cache, idBlocks, patience, clock, metrics }: StoreDeps) {
    this.shardCount = shards.count;
    this.#shards = shards;
    this.#objects = new CachedObjects(shards, cache);
    this.#reserve = idBlocks && new IdReserve({ shards, blocks: idBlocks });
    this.#health = new ShardHealth(patience);
    this.#health.onAnswer((shard) => this.#reserve?.fill(shard));
    this.#clock = clock;
    this.#meter = new StoreMeter(metrics, cache, this.pending);
    this.#nextPlace = randomInt(shards.count);
  }

  answer(shards: readonly number[]): boolean {
    return this.#health.admits(shards);
  }

  onAnswer(listener: (shard: number) => void): () => void {
    return this.#health.onAnswer(listener);
  }

  placeUser(): number {
    const place = this.#nextPlace;
    this.#nextPlace = (place + 1) % this.shardCount;
    return place;
  }

  async allocate(_actor: Actor, shard: number, type: ObjectType, count: number): Promise<Id[]> {
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
    const pending = this.pending.of(actor);
    const mine = pending === undefined ? [] : ids.filter((id) => pending.object(id));
    if (pending === undefined || mine.length === 0) return this.#read(ids, options);
    const others = ids.filter((id) => !pending.object(id));
    const found = others.length === 0 ? new Map<Id, StoredObject>() : await this.#read(others, options);
    const arrived = await this.#objects.cached(mine);
    for (const id of mine) {
      // One that was let go meanwhile has arrived meanwhile.
      const object = arrived.get(id) ?? pending.object(id) ?? (await this.#read([id])).get(id);
      if (object !== undefined) found.set(id, object);
    }
    return found;
  }

  #read(ids: readonly Id[], options?: { fresh?: boolean }): Promise<Map<Id, StoredObject>> {
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

  async commit(actor: Actor, commit: StoreCommit): Promise<CommitResult> {
    const now = this.#clock.now();
    const written = requireCommit(commit, this.shardCount, now);
    const changes = commit.changes.map((change) => stamped(change, now));
    const versions = await this.#meter.time(actor, () => this.#commit(commit.shard, changes));
    await this.#learn(versions, written, changes);
    return versions;
  }

  async #commit(shard: number, changes: readonly Change[]): Promise<CommitResult> {
    const end = this.#health.begin(shard);
    try {
      const versions = await this.#shards.commit(shard, changes);
      end(true);
      return versions;
    } catch (error) {
      end(!(error instanceof UnavailableError));
      throw error;
    }
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
    }
  }

  async range(actor: Actor, request: EdgeRequest): Promise<MappingEntry[]> {
    requireMapping(request.mapping);
    const pending = this.#pendingEdges(actor, request.mapping, request.from);
    return withPending(request, await this.#shards.range(request), pending);
  }

  async rangeMany(actor: Actor, requests: readonly EdgeRequest[]): Promise<MappingEntry[][]> {
    for (const { mapping } of requests) requireMapping(mapping);
    const pending = requests.map(({ mapping, from }) => this.#pendingEdges(actor, mapping, from));
    const lists = await this.#shards.rangeMany(requests);
    return requests.map((request, at) => withPending(request, lists[at] ?? [], pending[at] ?? []));
  }

  async linked(actor: Actor, mapping: MappingName, from: Id, to: readonly Id[]): Promise<Set<Id>> {
    requireMapping(mapping);
    const pending = this.#pendingEdges(actor, mapping, from).map((entry) => entry.to);
    const linked = await this.#shards.linked(mapping, from, to);
    for (const id of pending) if (to.includes(id)) linked.add(id);
    return linked;
  }

  async countLinks(actor: Actor, mapping: MappingName, from: readonly Id[]): Promise<Map<Id, number>> {
    requireMapping(mapping);
    const waiting = new Map<Id, number>();
    for (const id of from) {
      const pending = this.#pendingEdges(actor, mapping, id).map(({ to }) => to);
      if (pending.length === 0) continue;
      const arrived = await this.#shards.linked(mapping, id, pending);
      waiting.set(id, pending.length - arrived.size);
    }
    const counts = await this.#shards.countLinks(mapping, from);
    for (const [id, more] of waiting) counts.set(id, (counts.get(id) ?? 0) + more);
    return counts;
  }

  #pendingEdges(actor: Actor, mapping: MappingName, from: Id): MappingEntry[] {
    return this.pending.of(actor)?.edges(mapping, from) ?? [];
  }

  async claim(_actor: Actor, space: string, key: string, id: Id): Promise<Id> {
    return this.#shards.claim(space, key, id);
  }

  async claimed(_actor: Actor, space: string, keys: readonly string[]): Promise<Map<string, Id>> {
    return this.#shards.claimed(space, keys);
  }

  async release(_actor: Actor, space: string, key: string, id: Id): Promise<void> {
    await this.#shards.release(space, key, id);
  }

  claimShard(space: string, key: string): number {
    return this.#shards.claimShard(space, key);
  }

  async *scan(_actor: Actor, type: ObjectType, batch = 500): AsyncIterable<StoredObject[]> {
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

function stamped(change: Change, now: number): Change {
  return change.kind === 'put' && change.createdAt === undefined ? { ...change, createdAt: now } : change;
}

/** An object that a commit made, as a read would give it. */
function firstVersion(id: Id, { json, createdAt }: Written): StoredObject {
  return frozen({ id, data: JSON.parse(json), version: 1, createdAt });
}
