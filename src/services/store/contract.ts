/**
 * The store: the only door to the shards. Validates, refuses ids that do not belong
 * where they are written, batches reads through the versioned cache.
 *
 * It alone decides who may read and write what: every call names its actor, and the rules are in `access/`. The system reads
 * and writes everything that fits together. People and strangers read what they may see, and are answered as if the rest
 * did not exist; people write what is theirs to write. What is shared by many readers may be read as the system where
 * each reader is then judged by the rules exported here.
 */
import type {
  Change,
  CommitOptions,
  CommitResult,
  MappingEntry,
  RangeRequest,
  StoredObject,
} from '#engines/shards/port';
import type { Actor } from '#kernel/actor';
import type { Id, ObjectType } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { Unchanged } from '#kernel/stamps';

export {
  type BoardRole,
  type BoardRoles,
  boardRole,
  mayArrangeBoard,
  mayFollowBoard,
  maySeeBoard,
  ownsBoard,
  type RuledBoard,
} from './access/board-roles.ts';

/** The mappings in use: from-type, to-type. Their names read `noun_verb_noun`. */
export const mappings = {
  user_owns_board: { from: 'user', to: 'board' },
  board_has_pin: { from: 'board', to: 'pin' },
  user_has_pin: { from: 'user', to: 'pin' },
  /** Which pictures a person has pinned already: at most one edge each, so an import never doubles. */
  user_has_media: { from: 'user', to: 'media' },
  media_has_pin: { from: 'media', to: 'pin' },
  /** Pictures whose bytes a person brought when they were here already; a picture names who brought it first. */
  user_took_media: { from: 'user', to: 'media' },
  user_has_session: { from: 'user', to: 'session' },
  user_follows_user: { from: 'user', to: 'user' },
  user_follows_board: { from: 'user', to: 'board' },
  user_has_follower: { from: 'user', to: 'user' },
  board_has_follower: { from: 'board', to: 'user' },
  /** Others' boards that a person was let into; the board says as what. */
  user_joins_board: { from: 'user', to: 'board' },
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

/**
 * A change as the log holds it. `data` of a put is the object, or how many events back in the same commit is the one
 * whose `body` it is; `version` is the one that the object gets, one above the last when left out. `createdAt` holds for
 * an object's first write.
 */
export type LoggedChange =
  | readonly [kind: 'put', id: Id, createdAt: number, data: JsonObject | number, version?: number]
  | readonly [kind: 'remove', id: Id]
  | readonly [kind: 'link', mapping: string, from: Id, to: Id, sequence: number]
  | readonly [kind: 'unlink', mapping: string, from: Id, to: Id];

/**
 * What the log holds of every commit besides its events, so that shards can be made again from it: the commit's last
 * event carries all its changes in `also`. A commit without events, or with many changes, has events of type
 * `store.changed` behind its own; all but the last say `more`. Consumers get events without these fields.
 */
export interface LoggedCommit {
  readonly at: number;
  readonly also?: readonly LoggedChange[];
  readonly more?: boolean;
}

/** The type of events that only carry changes. */
export const storeChanged = 'store.changed';

/** One write to one shard. */
export interface StoreCommit {
  readonly shard: number;
  readonly changes: readonly Change[];
}

/** A part of a mapping that is in use. */
export type EdgeRequest = RangeRequest & { readonly mapping: MappingName };

/** A write that is acknowledged and not on its shard yet. */
export interface PendingWrite {
  readonly author: Id;
  readonly object: StoredObject;
  readonly edges: readonly (MappingEntry & { readonly mapping: MappingName })[];
}

/**
 * What is acknowledged and not on its shard yet. `getMany`, `get`, `range`, `rangeMany`, `linked` and `countLinks` answer
 * it to its author and to nobody else, the system included, as far as the rules let its author see it; for writes it is not
 * there. Kept in memory: whoever adds keeps it durably elsewhere.
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
   * Whether to try to write to shards, for somebody who would wait for `slowMs`: false while one of them fails or keeps
   * others waiting for longer, but for one caller now and then, who is to try. Known from what became of commits. Cost: under
   * a microsecond.
   */
  answer(shards: readonly number[], slowMs: number): boolean;
  /** Calls back when a shard has answered that failed or kept somebody waiting; returns how to stop. */
  onAnswer(listener: (shard: number) => void): () => void;
  /** A shard for a new person, spread evenly. */
  placeUser(): number;
  /**
   * Fresh ids on a shard; a single one for a pin comes from a reserve, without asking the shard. People get ids of pins, and
   * on their own shard of boards; else throws `ForbiddenError`.
   */
  allocate(actor: Actor, shard: number, type: ObjectType, count: number): Promise<Id[]>;
  /**
   * Objects through the cache, missing ones absent, and those that the actor may not see; `fresh` skips the cache. They are
   * shared and frozen: copy before changing. Credentials are left out for all but the system. Cost: under 0.2 µs an object
   * that is cached for the system, under 1 µs for people, with the boards of pins read in one batch.
   */
  getMany(actor: Actor, ids: readonly Id[], options?: { fresh?: boolean }): Promise<Map<Id, StoredObject>>;
  /** One object; throws `NotFoundError` naming its type. */
  get(actor: Actor, id: Id, options?: { fresh?: boolean }): Promise<StoredObject>;
  /**
   * Watches objects from now on: answers what tells whether none of them has been written or removed since. Ask for it
   * before reading them, to keep what is derived from them for as long as it holds. Cost of the answer: nanoseconds.
   * It asks no actor, since nothing of an object can be learnt from it: one watch serves readers of every kind.
   */
  watch(ids: readonly Id[]): Unchanged;
  /**
   * Writes atomically; then the cache holds the new versions. Refuses with `InvalidInputError` ids of another shard,
   * unknown types and mappings, ids of the wrong type in edges and objects, what does not fit together, and over 1,000
   * changes; with `TooLargeError` objects over 256 kB of JSON; with `NotFoundError` references to what is not there for the
   * actor. People are refused with `ForbiddenError` what is not theirs to write, name `expect: 0` for what they make, write
   * an object once a commit, and may only tell events of what the commit does; strangers write nothing. Nothing is written
   * of a refused commit. Use `changeEvent` to add events to `changes`. Cost of the checks: reads through the cache, and
   * for people one read of the boards that decide. The log learns of all changes, as `LoggedCommit` says.
   * `onApplied` is called when everybody reads what was written, which a loss of power may still undo; where that is the same
   * as durable it need not be called.
   */
  commit(actor: Actor, commit: StoreCommit, options?: CommitOptions): Promise<CommitResult>;
  /** Edges that the actor may see, a page as full as if the others were not there; behind 5,000 hidden ones it ends. */
  range(actor: Actor, request: EdgeRequest): Promise<MappingEntry[]>;
  /** The same for many at once; answers in the order of the requests. */
  rangeMany(actor: Actor, requests: readonly EdgeRequest[]): Promise<MappingEntry[][]>;
  /** Which of `to` are linked from `from`, as far as the actor may see them. */
  linked(actor: Actor, mapping: MappingName, from: Id, to: readonly Id[]): Promise<Set<Id>>;
  /** How many edges the actor may see from each id (0 where none); of lists that are partly hidden, at most 10,000. */
  countLinks(actor: Actor, mapping: MappingName, from: readonly Id[]): Promise<Map<Id, number>>;
  /** Goes up whenever this store has changed or removed an object. Equal before and after reading: nothing read was changed. */
  changeCount(): number;
  /**
   * A number that differs from an earlier one if an edge from `from` was added, moved or removed through this store since.
   * Ask for it before reading the edges, to keep what is derived from them for as long as it stays the same.
   */
  linksVersion(mapping: MappingName, from: Id): number;
  /** Takes a name if it is free; answers whose it is now. Names are the services' bookkeeping: for the system only. */
  claim(actor: Actor, space: string, key: string, id: Id): Promise<Id>;
  /** The owners of names, as far as the actor may see them; free names are absent. */
  claimed(actor: Actor, space: string, keys: readonly string[]): Promise<Map<string, Id>>;
  /** Frees a name if it is `id`'s; for the system only. */
  release(actor: Actor, space: string, key: string, id: Id): Promise<void>;
  claimShard(space: string, key: string): number;
  /** Walks all objects of a type, shard by shard, in batches; for the system only. */
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
