/**
 * Objects and edges that are acknowledged and not on their shard yet, by their author, for whom alone they are there.
 *
 * What has reached its shard meanwhile may be here as well for a moment: reads merge both and have it once.
 */
import type { MappingEntry, RangeRequest, StoredObject } from '#engines/shards/port';
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { MappingName, PendingWrite, PendingWrites } from './contract.ts';

type Entries = Map<Id, MappingEntry>;
type Place = Pick<MappingEntry, 'sequence' | 'to'>;

function keyOf(mapping: MappingName, from: Id): string {
  return `${mapping} ${from}`;
}

/** Negative when `a` comes first: by sequence, then by id. */
function inOrder(a: Place, b: Place): number {
  if (a.sequence !== b.sequence) return a.sequence - b.sequence;
  if (a.to.length !== b.to.length) return a.to.length - b.to.length;
  return a.to < b.to ? -1 : Number(a.to > b.to);
}

/** What one author has pending. */
export class AuthorsPending {
  readonly #writes = new Map<Id, PendingWrite>();
  readonly #edges = new Map<string, Entries>();

  get isEmpty(): boolean {
    return this.#writes.size === 0;
  }

  add(write: PendingWrite): void {
    this.#writes.set(write.object.id, write);
    for (const { mapping, ...entry } of write.edges) {
      const key = keyOf(mapping, entry.from);
      const entries: Entries = this.#edges.get(key) ?? new Map();
      this.#edges.set(key, entries.set(entry.to, entry));
    }
  }

  remove(id: Id): void {
    for (const { mapping, from, to } of this.#writes.get(id)?.edges ?? []) {
      const key = keyOf(mapping, from);
      const entries = this.#edges.get(key);
      entries?.delete(to);
      if (entries?.size === 0) this.#edges.delete(key);
    }
    this.#writes.delete(id);
  }

  /** A pending object. */
  object(id: Id): StoredObject | undefined {
    return this.#writes.get(id)?.object;
  }

  has(mapping: MappingName, from: Id, to: Id): boolean {
    return this.#edges.get(keyOf(mapping, from))?.has(to) ?? false;
  }

  /** The pending edges from an object, in no order. Ask before reading those that are stored: then none is missed. */
  edges(mapping: MappingName, from: Id): MappingEntry[] {
    return [...(this.#edges.get(keyOf(mapping, from))?.values() ?? [])];
  }
}

/** A range of stored edges with the pending ones that belong in it. */
export function withPending(
  { ascending, after, limit }: RangeRequest,
  stored: MappingEntry[],
  pending: readonly MappingEntry[],
): MappingEntry[] {
  if (pending.length === 0) return stored;
  const order = ascending ? inOrder : (a: Place, b: Place) => inOrder(b, a);
  const there = new Set(stored.map(({ to }) => to));
  const added = pending.filter(
    (entry) => !there.has(entry.to) && (after === undefined || order(after, entry) < 0),
  );
  return added.length === 0 ? stored : [...stored, ...added].sort(order).slice(0, limit);
}

/** All that is pending. */
export class Pending implements PendingWrites {
  readonly #byAuthor = new Map<Id, AuthorsPending>();
  readonly #authors = new Map<Id, Id>();

  get size(): number {
    return this.#authors.size;
  }

  add(write: PendingWrite): void {
    const mine = this.#byAuthor.get(write.author) ?? new AuthorsPending();
    this.#byAuthor.set(write.author, mine);
    this.#authors.set(write.object.id, write.author);
    mine.add(write);
  }

  remove(id: Id): void {
    const author = this.#authors.get(id);
    if (author === undefined) return;
    this.#authors.delete(id);
    const mine = this.#byAuthor.get(author);
    mine?.remove(id);
    if (mine?.isEmpty) this.#byAuthor.delete(author);
  }

  authorOf(id: Id): Id | undefined {
    return this.#authors.get(id);
  }

  isLinked(author: Id, mapping: MappingName, from: Id, to: Id): boolean {
    return this.#byAuthor.get(author)?.has(mapping, from, to) ?? false;
  }

  /** What an actor has pending; undefined for nearly everybody. */
  of(actor: Actor): AuthorsPending | undefined {
    return actor.kind === 'person' ? this.#byAuthor.get(actor.userId) : undefined;
  }
}
