/**
 * The store: the only door to the shards. Validates, refuses ids that do not belong
 * where they are written, batches reads through the versioned cache.
 */

import type { Change, CommitResult, MappingEntry, RangeRequest, StoredObject } from '#engines/shards/port';
import type { Actor } from '#kernel/actor';
import type { Id, ObjectType } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { Unchanged } from '#kernel/stamps';

/** The mappings in use: from-type, to-type. Their names read `noun_verb_noun`. */
export const mappings = {
  user_owns_board: { from: 'user', to: 'board' },
  board_has_pin: { from: 'board', to: 'pin' },
  user_has_pin: { from: 'user', to: 'pin' },
  /** Which pictures a person has pinned already: at most one edge each, so an import never doubles. */
  user_has_media: { from: 'user', to: 'media' },
  media_has_pin: { from: 'media', to: 'pin' },
  user_has_session: { from: 'user', to: 'session' },
  user_follows_user: { from: 'user', to: 'user' },
  user_follows_board: { from: 'user', to: 'board' },
  user_has_follower: { from: 'user', to: 'user' },
  board_has_follower: { from: 'board', to: 'user' },
} as const satisfies Record<string, { from: ObjectType; to: ObjectType }>;

/** A mapping's name. */
export type MappingName = keyof typeof mappings;

/** What happened to an object. `body` is the object after the change (before it, when removed). */
export interface ChangeEvent {
  readonly type: `${ObjectType}.${'created' | 'updated' | 'removed'}` | 'follow.created' | 'follow.removed';
  /** The object's id; the follower's id for follows. */
  readonly id: Id;
  readonly version: number;
  readonly at: number;
  readonly actor: Id | null;
  readonly body: JsonObject;
  /** The object before an update; null for created and removed. */
  readonly before: JsonObject | null;
}

/** One write to one shard. */
export interface StoreCommit {
  readonly shard: number;
  readonly changes: readonly Change[];
}

/** A write that is acknowledged and not on its shard yet. */
export interface PendingWrite {
  readonly author: Id;
  readonly object: StoredObject;
  readonly edges: readonly (MappingEntry & { readonly mapping: MappingName })[];
}

/**
 * What is acknowledged and not on its shard yet. `getMany`, `get`, `range`, `rangeMany`, `linked` and `countLinks` answer
 * it to its author and to nobody else, the system included. Kept in memory: whoever adds keeps it durably elsewhere.
 */
export interface PendingWrites {
  readonly size: number;
  add(write: PendingWrite): void;
  /** Call it when the object is on its shard, or never will be. */
  remove(id: Id): void;
  authorOf(id: Id): Id | undefined;
  /** Whether an author has an edge pending. */
  isLinked(author: Id, mapping: MappingName, from: Id, to: Id): boolean;
}

/** The store service. */
export interface Store {
  readonly shardCount: number;
  readonly pending: PendingWrites;
  /**
   * Whether to try to write to shards: false while one of them is known not to answer, but for one caller now and then, who
   * is to try. Known from what became of commits. Cost: under a microsecond.
   */
  answer(shards: readonly number[]): boolean;
  /** Calls back when a shard that did not answer has; returns how to stop. */
  onAnswer(listener: (shard: number) => void): () => void;
  /** A shard for a new person, spread evenly. */
  placeUser(): number;
  /** Fresh ids on a shard. A single one for a pin comes from a reserve, without asking the shard. */
  allocate(actor: Actor, shard: number, type: ObjectType, count: number): Promise<Id[]>;
  /**
   * Objects through the cache, missing ones absent; `fresh` skips the cache. They are shared and frozen:
   * copy before changing. Cost: under 0.2 µs an object that is cached.
   */
  getMany(actor: Actor, ids: readonly Id[], options?: { fresh?: boolean }): Promise<Map<Id, StoredObject>>;
  /** One object; throws `NotFoundError` naming its type. */
  get(actor: Actor, id: Id, options?: { fresh?: boolean }): Promise<StoredObject>;
  /**
   * Watches objects from now on: answers what tells whether none of them has been written or removed since. Ask for it
   * before reading them, to keep what is derived from them for as long as it holds. Cost of the answer: nanoseconds.
   */
  watch(ids: readonly Id[]): Unchanged;
  /**
   * Writes atomically; then the cache holds the new versions. Refuses with `InvalidInputError` ids of another shard,
   * unknown types and mappings, edges whose ends have the wrong type, and over 1,000 changes; with `TooLargeError`
   * objects over 256 kB of JSON. Use `changeEvent` to add events to `changes`.
   */
  commit(actor: Actor, commit: StoreCommit): Promise<CommitResult>;
  range(actor: Actor, request: RangeRequest & { mapping: MappingName }): Promise<MappingEntry[]>;
  rangeMany(
    actor: Actor,
    requests: readonly (RangeRequest & { mapping: MappingName })[],
  ): Promise<MappingEntry[][]>;
  linked(actor: Actor, mapping: MappingName, from: Id, to: readonly Id[]): Promise<Set<Id>>;
  countLinks(actor: Actor, mapping: MappingName, from: readonly Id[]): Promise<Map<Id, number>>;
  claim(actor: Actor, space: string, key: string, id: Id): Promise<Id>;
  claimed(actor: Actor, space: string, keys: readonly string[]): Promise<Map<string, Id>>;
  release(actor: Actor, space: string, key: string, id: Id): Promise<void>;
  claimShard(space: string, key: string): number;
  /** Walks all objects of a type, shard by shard, in batches. */
  scan(actor: Actor, type: ObjectType, batch?: number): AsyncIterable<StoredObject[]>;
}

/** The outbox change that tells the log about an object. */
export function changeEvent(event: ChangeEvent): Change {
  return { kind: 'emit', event: { ...event } };
}

/** What is stored in an object, as the type that the service owning it writes. Nothing is checked: the store holds only what they wrote. */
export function dataOf<T>(object: StoredObject): T {
  return object.data as unknown as T;
}
