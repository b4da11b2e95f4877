/**
 * Objects through the cache.
 *
 * What the cache has is answered without waiting where the cache lives in this process. The
 * rest is read from the shards in one batch; who asks for an object that is being read waits
 * for that read instead of starting another. A commit ends this sharing for its objects, so
 * that nobody who asks after it is answered from before it; the cache itself refuses what is
 * older than what it holds. What it held may be gone by the time an old read ends, so what was
 * written during a read is not kept from it, nor is what a shard read without its primary.
 */
import type { Cache } from '#engines/cache/port';
import type { Shards, StoredObject } from '#engines/shards/port';
import type { Id } from '#kernel/ids';
import { frozen } from './frozen.ts';
import { Overtaken } from './overtaken.ts';

type Found = Map<Id, StoredObject>;

/** Reads objects, and keeps the cache true after writes. */
export class CachedObjects {
  readonly #shards: Shards;
  readonly #cache: Cache<StoredObject>;
  readonly #reading = new Map<Id, Promise<Found>>();
  readonly #overtaken = new Overtaken();
  readonly #onStale: () => void;

  /** `onStale` is told of every read that may lack what was acknowledged. */
  constructor(shards: Shards, cache: Cache<StoredObject>, onStale: () => void) {
    this.#shards = shards;
    this.#cache = cache;
    this.#onStale = onStale;
  }

  /** Those that the cache has. */
  async cached(ids: readonly Id[]): Promise<Found> {
    const found: Found = new Map();
    if (this.#cache.peek) this.#peek(ids, found);
    else await this.#ask(ids, found);
    return found;
  }

  /** Objects by id, missing ones absent. */
  async getMany(ids: readonly Id[]): Promise<Found> {
    const found: Found = new Map();
    const missing = this.#cache.peek ? this.#peek(ids, found) : await this.#ask(ids, found);
    if (missing.length > 0) await this.#share(missing, found);
    return found;
  }

  #peek(ids: readonly Id[], found: Found): Id[] {
    const missing: Id[] = [];
    for (const id of ids) {
      const hit = this.#cache.peek?.(id);
      if (hit === undefined) missing.push(id);
      else found.set(id, hit.value);
    }
    return missing;
  }

  async #ask(ids: readonly Id[], found: Found): Promise<Id[]> {
    const hits = await this.#cache.getMany(ids);
    for (const [id, { value }] of hits) found.set(id as Id, value);
    return ids.filter((id) => !hits.has(id));
  }

  async #share(ids: readonly Id[], found: Found): Promise<void> {
    const unread = ids.filter((id) => !this.#reading.has(id));
    if (unread.length > 0) this.#start(unread);
    const reads = new Set(ids.map((id) => this.#reading.get(id)));
    const answers = await Promise.all(reads);
    for (const id of ids) {
      const object = answers.find((answer) => answer?.has(id))?.get(id);
      if (object !== undefined) found.set(id, object);
    }
  }

  #start(ids: readonly Id[]): void {
    const read = this.read(ids).finally(() => {
      for (const id of ids) if (this.#reading.get(id) === read) this.#reading.delete(id);
    });
    for (const id of ids) this.#reading.set(id, read);
  }

  /** Objects as the shards have them now; the cache learns them. */
  async read(ids: readonly Id[]): Promise<Found> {
    using read = this.#overtaken.begin();
    const found = await this.#shards.getMany(ids);
    const objects = found.values().toArray();
    for (const object of objects) frozen(object);
    if (objects.some(({ isStale }) => isStale)) this.#onStale();
    await this.#keep(objects.filter(({ id, isStale }) => !isStale && !read.overtaken.has(id)));
    return found;
  }

  async #keep(objects: readonly StoredObject[]): Promise<void> {
    await this.#cache.setIfNewer(objects.map((value) => ({ key: value.id, version: value.version, value })));
  }

  /** Takes note of a commit: objects made by it, ids of objects that it changed, and of those that it removed. */
  async afterCommit(
    made: readonly StoredObject[],
    changed: readonly Id[],
    removed: readonly Id[],
  ): Promise<void> {
    this.#overtake([...made.map(({ id }) => id), ...changed, ...removed]);
    if (made.length > 0) await this.#keep(made);
    if (changed.length > 0) await this.#renew(changed);
    // Ids are never given out twice, so no version of a removed object can be new.
    if (removed.length > 0) await this.#cache.drop(removed, Number.MAX_SAFE_INTEGER);
  }

  /** Takes note of a commit of which nobody knows whether it was made. */
  async afterDoubt(ids: readonly Id[]): Promise<void> {
    this.#overtake(ids);
    await this.#cache.drop(ids);
  }

  #overtake(ids: readonly Id[]): void {
    for (const id of ids) this.#reading.delete(id);
    this.#overtaken.add(ids);
  }

  /** Brings the cache up to date. What cannot be read now must not stay as it was. */
  async #renew(ids: readonly Id[]): Promise<void> {
    const found = await this.read(ids).catch((): Found => new Map());
    const old = ids.filter((id) => found.get(id)?.isStale !== undefined || !found.has(id));
    if (old.length > 0) await this.#cache.drop(old);
  }
}
