import type { MappingEntry, StoredObject } from '#engines/shards/port';
import type { Id } from '#kernel/ids';
import type { Ruled } from './access/object-readers.ts';
import type { ReadAccess } from './access/read-access.ts';
import type { CachedObjects } from './cached-objects.ts';
import type { EdgeRequest, MappingName } from './contract.ts';
import { type Pending, withPending } from './pending-writes.ts';

/** Reading on behalf of people and strangers, who find what they have pending among what is stored. */
export class PendingReads {
  readonly #pending: Pending;
  readonly #reads: ReadAccess;
  readonly #objects: CachedObjects;
  constructor(pending: Pending, reads: ReadAccess, objects: CachedObjects) {
    this.#pending = pending;
    this.#reads = reads;
    this.#objects = objects;
  }

  /** Objects that the actor may see. Their pending ones are not looked for on the shards that do not answer. */
  async getMany(actor: Ruled, ids: readonly Id[], fresh?: boolean): Promise<Map<Id, StoredObject>> {
    const pending = this.#pending.of(actor);
    const mine = pending === undefined ? [] : ids.filter((id) => pending.object(id) !== undefined);
    if (pending === undefined || mine.length === 0) return this.#reads.getMany(actor, ids, fresh);
    const written = new Map(mine.flatMap((id) => entryOf(pending.object(id))));
    const others = ids.filter((id) => !written.has(id));
    const found = await this.#reads.getMany(actor, others, fresh);
    const arrived = await this.#objects.cached(mine);
    const visible = await this.#reads.visible(actor, new Map([...written, ...arrived]), new Map());
    return new Map([...found, ...visible]);
  }

  async rangeMany(actor: Ruled, requests: readonly EdgeRequest[]): Promise<MappingEntry[][]> {
    const pending = requests.map(({ mapping, from }) => this.#edges(actor, mapping, from));
    const lists = await this.#reads.rangeMany(actor, requests);
    return requests.map((request, at) => withPending(request, lists[at] ?? [], pending[at] ?? []));
  }

  async linked(actor: Ruled, mapping: MappingName, from: Id, to: readonly Id[]): Promise<Set<Id>> {
    const pending = this.#edges(actor, mapping, from).map((entry) => entry.to);
    const linked = await this.#reads.linked(actor, mapping, from, to);
    for (const id of pending) if (to.includes(id)) linked.add(id);
    return linked;
  }

  async countLinks(actor: Ruled, mapping: MappingName, from: readonly Id[]): Promise<Map<Id, number>> {
    const waiting = new Map<Id, number>();
    for (const id of from) {
      const pending = this.#edges(actor, mapping, id).map(({ to }) => to);
      if (pending.length === 0) continue;
      const arrived = await this.#reads.linked(actor, mapping, id, pending);
      waiting.set(id, pending.length - arrived.size);
    }
    const counts = await this.#reads.countLinks(actor, mapping, from);
    for (const [id, more] of waiting) counts.set(id, (counts.get(id) ?? 0) + more);
    return counts;
  }

  /** Names whose objects the actor may see; nothing pending has one. */
  named(actor: Ruled, claims: ReadonlyMap<string, Id>): Promise<Map<string, Id>> {
    return this.#reads.named(actor, claims);
  }

  #edges(actor: Ruled, mapping: MappingName, from: Id): MappingEntry[] {
    return this.#pending.of(actor)?.edges(mapping, from) ?? [];
  }
}

function entryOf(object: StoredObject | undefined): [Id, StoredObject][] {
  return object === undefined ? [] : [[object.id, object]];
}
