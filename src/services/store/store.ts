/** The store over shards and cache. */
import { randomInt } from 'node:crypto';
import type { Cache } from '#engines/cache/port';
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
import { NotFoundError } from '#kernel/errors';
import { decodeId, type Id, type ObjectType, typeOf } from '#kernel/ids';
import type { Metrics } from '#kernel/metrics';
import { Stamps, type Unchanged } from '#kernel/stamps';
import { CachedObjects } from './cached-objects.ts';
import type { MappingName, Store, StoreCommit } from './contract.ts';
import { frozen } from './frozen.ts';
import { StoreMeter } from './meter.ts';
import { requireCommit, requireMapping, type Written } from './validate.ts';

/** What the store stands on. */
export interface StoreDeps {
  readonly shards: Shards;
  readonly cache: Cache<StoredObject>;
  readonly clock: Clock;
  readonly metrics?: Metrics | undefined;
}

/** The one door to the shards. */
export class ShardedStore implements Store {
  readonly shardCount: number;
  readonly #shards: Shards;
  readonly #objects: CachedObjects;
  readonly #clock: Clock;
  readonly #meter: StoreMeter;
  readonly #stamps = new Stamps();
  readonly #links = new Stamps();
  #changeCount = 0;
  #nextPlace: number;

  constructor({ shards, cache, clock, metrics }: StoreDeps) {
    this.shardCount = shards.count;
    this.#shards = shards;
    this.#objects = new CachedObjects(shards, cache);
    this.#clock = clock;
    this.#meter = new StoreMeter(metrics, cache);
    this.#nextPlace = randomInt(shards.count);
  }

  placeUser(): number {
    const place = this.#nextPlace;
    this.#nextPlace = (place + 1) % this.shardCount;
    return place;
  }

  async allocate(_actor: Actor, shard: number, type: ObjectType, count: number): Promise<Id[]> {
    return this.#shards.allocate(shard, type, count);
  }

  async getMany(
    _actor: Actor,
    ids: readonly Id[],
    options?: { fresh?: boolean },
  ): Promise<Map<Id, StoredObject>> {
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
    const versions = await this.#meter
      .time(actor, () => this.#shards.commit(commit.shard, changes))
      // Whatever became of it: a commit whose answer was lost may have been made.
      .finally(() => this.#links.changed(changes.flatMap(linkKeys)));
    await this.#learn(versions, written, changes);
    return versions;
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

  async range(_actor: Actor, request: RangeRequest & { mapping: MappingName }): Promise<MappingEntry[]> {
    requireMapping(request.mapping);
    return this.#shards.range(request);
  }

  async rangeMany(
    _actor: Actor,
    requests: readonly (RangeRequest & { mapping: MappingName })[],
  ): Promise<MappingEntry[][]> {
    for (const { mapping } of requests) requireMapping(mapping);
    return this.#shards.rangeMany(requests);
  }

  async linked(_actor: Actor, mapping: MappingName, from: Id, to: readonly Id[]): Promise<Set<Id>> {
    requireMapping(mapping);
    return this.#shards.linked(mapping, from, to);
  }

  async countLinks(_actor: Actor, mapping: MappingName, from: readonly Id[]): Promise<Map<Id, number>> {
    requireMapping(mapping);
    return this.#shards.countLinks(mapping, from);
  }

  changeCount(): number {
    return this.#changeCount;
  }

  linksVersion(mapping: MappingName, from: Id): number {
    return this.#links.countOf(linksKey(mapping, from));
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
