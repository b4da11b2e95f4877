import type { MappingEntry, Shards, StoredObject } from '#engines/shards/port';
import type { Id } from '#kernel/ids';
import type { CachedObjects } from '../cached-objects.ts';
import type { EdgeRequest, MappingName } from '../contract.ts';
import { EdgeReaders } from './edge-readers.ts';
import { visibleMedia } from './media-readers.ts';
import { ObjectReaders, type Ruled } from './object-readers.ts';

type Found = ReadonlyMap<Id, StoredObject>;

/** Reading on behalf of people and strangers: what they may not see is left out, as what does not exist is. */
export class ReadAccess {
  readonly #objects: CachedObjects;
  readonly #readers: ObjectReaders;
  readonly #edges: EdgeReaders;
  constructor(shards: Shards, objects: CachedObjects) {
    this.#objects = objects;
    this.#edges = new EdgeReaders({ shards, visible: (actor, ids) => this.getMany(actor, ids) });
    this.#readers = new ObjectReaders({
      read: (ids) => objects.getMany(ids),
      visibleMedia: (actor, media) => visibleMedia(actor, media, { shards, edges: this.#edges }),
    });
  }

  /** Objects that the actor may see; `fresh` skips the cache, for what decides about them too. */
  async getMany(actor: Ruled, ids: readonly Id[], fresh = false): Promise<Map<Id, StoredObject>> {
    const read = (some: readonly Id[]) => (fresh ? this.#objects.read(some) : this.#objects.getMany(some));
    return this.#readers.visible(actor, await read(ids), read);
  }

  /** Those of the objects that the actor may see; boards among `known` are taken from there. */
  visible(actor: Ruled, found: Found, known: Found): Promise<Map<Id, StoredObject>> {
    return this.#readers.visible(actor, found, async (ids) => {
      const others = ids.filter((id) => !known.has(id));
      return others.length === 0 ? known : new Map([...known, ...(await this.#objects.getMany(others))]);
    });
  }

  rangeMany(actor: Ruled, requests: readonly EdgeRequest[]): Promise<MappingEntry[][]> {
    return this.#edges.rangeMany(actor, requests);
  }

  linked(actor: Ruled, mapping: MappingName, from: Id, to: readonly Id[]): Promise<Set<Id>> {
    return this.#edges.linked(actor, mapping, from, to);
  }

  countLinks(actor: Ruled, mapping: MappingName, from: readonly Id[]): Promise<Map<Id, number>> {
    return this.#edges.countLinks(actor, mapping, from);
  }

  /** Names whose objects the actor may see. */
  async named(actor: Ruled, claims: ReadonlyMap<string, Id>): Promise<Map<string, Id>> {
    const visible = await this.getMany(actor, [...claims.values()]);
    return new Map([...claims].filter(([, id]) => visible.has(id)));
  }
}
