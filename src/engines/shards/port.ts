/**
 * The shards port: sharded objects and mappings, the truth that everything else is derived from.
 *
 * A shard is one database that never shares a transaction with another. All reads are
 * batched; all writes go through `commit`, which applies a list of changes to one shard
 * atomically, the outbox events among them.
 */
import { UnavailableError } from '#kernel/errors';
import type { Id, ObjectType } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import type { ServerStatus } from './servers.ts';

/** An object as stored. `version` starts at 1 and goes up by 1 with every write. */
export interface StoredObject {
  readonly id: Id;
  readonly data: JsonObject;
  readonly version: number;
  /** Milliseconds since the epoch, set at the first write. */
  readonly createdAt: number;
  /** There when the shard's primary was gone, so that a newer version may have been acknowledged: not to be kept. */
  readonly isStale?: true;
}

/** One edge of a mapping, ordered by `sequence`, then by `to`. */
export interface MappingEntry {
  readonly from: Id;
  readonly to: Id;
  readonly sequence: number;
}

/** Writes an object. `expect`: 0 = must not exist yet, n = must be at version n, undefined = whatever it is at. */
export interface PutObject {
  readonly kind: 'put';
  readonly id: Id;
  readonly data: JsonObject;
  readonly expect?: number | undefined;
  /** Milliseconds since the epoch, kept at the object's first write and ignored later; the present when left out. */
  readonly createdAt?: number | undefined;
}

/** Removes an object; `expect` as for `PutObject`. Removing what is not there changes nothing. */
export interface RemoveObject {
  readonly kind: 'remove';
  readonly id: Id;
  readonly expect?: number | undefined;
}

/** Adds an edge, or moves it to `sequence`. `unique`: the whole commit fails with `ConflictError` when the edge exists. */
export interface LinkChange {
  readonly kind: 'link';
  readonly mapping: string;
  readonly from: Id;
  readonly to: Id;
  readonly sequence: number;
  readonly unique?: boolean | undefined;
}

/** Removes an edge if it is there. */
export interface UnlinkChange {
  readonly kind: 'unlink';
  readonly mapping: string;
  readonly from: Id;
  readonly to: Id;
}

/** Puts an event into the shard's outbox. */
export interface EmitChange {
  readonly kind: 'emit';
  readonly event: JsonObject;
}

/** One step of a commit. Steps apply in order. */
export type Change = PutObject | RemoveObject | LinkChange | UnlinkChange | EmitChange;

/** What a commit did: the new version of every object put (0 for removed), by id. */
export type CommitResult = ReadonlyMap<Id, number>;

/** An event that waits in a shard's outbox. `sequence` goes up by at least 1, never reused, in commit order. */
export interface OutboxEntry {
  readonly sequence: number;
  readonly event: JsonObject;
}

/** Which part of a mapping: edges from `from`, newest (highest sequence) first unless `ascending`. */
export interface RangeRequest {
  readonly mapping: string;
  readonly from: Id;
  readonly limit: number;
  readonly ascending?: boolean | undefined;
  /** Continue behind this edge (exclusive). */
  readonly after?: { readonly sequence: number; readonly to: Id } | undefined;
}

/** How much of a type a shard holds. */
export interface TypeStats {
  /** Objects that are there. */
  readonly rows: number;
  /** Counted one by one: always so up to `countedRows`. Else estimated from samples, some per cent off at most. */
  readonly isExact: boolean;
  /** The next local id: all below it are given out, reserved, or lost in gaps. 1 where none ever was. */
  readonly next: number;
}

/** How much a shard holds. */
export interface ShardStats {
  readonly types: Readonly<Record<ObjectType, TypeStats>>;
  /** What the shard takes on disk with its indexes and the engine's free space; 0 when nothing was ever written. */
  readonly bytes: number;
}

/** How many objects of a type `stats` counts one by one. */
export const countedRows = 10_000;

/** How to commit. */
export interface CommitOptions {
  /**
   * Called, at most once, when the changes are there for every reader and outlive the process, but not yet a loss of power.
   * An engine in which that is the same as durable need not call it.
   */
  readonly onApplied?: () => void;
}

/** A write was refused: nothing was written, and the same may go well later. */
export class WriteRefusedError extends UnavailableError {}

/** The port. Every method rejects with `UnavailableError` when its shard cannot answer or after `close`. */
export interface Shards {
  /** How many virtual shards there are; shard numbers run from 0. */
  readonly count: number;
  /** Reserves `count` fresh ids on a shard, never given out before or again, gaps possible. */
  allocate(shard: number, type: ObjectType, count: number): Promise<Id[]>;
  /**
   * Applies all changes to one shard or none. Durable when it resolves. Rejects with `ConflictError` when an
   * expectation fails, with `InvalidInputError` when an id or a mapping's from-side does not belong to `shard`.
   * Concurrent commits to one shard may share a transaction on disk, never a failure. Rejects with `WriteRefusedError`
   * while the shard is read-only; after any other `UnavailableError` nobody knows whether it was made.
   */
  commit(shard: number, changes: readonly Change[], options?: CommitOptions): Promise<CommitResult>;
  /** Objects by id, from any shards, one query a shard and type; missing ids are absent. */
  getMany(ids: readonly Id[]): Promise<Map<Id, StoredObject>>;
  /** Objects of a type in order of their local id, behind `afterLocal` (start with 0): to walk a whole shard. */
  scan(shard: number, type: ObjectType, afterLocal: number, limit: number): Promise<StoredObject[]>;
  /** Edges of one mapping from one object. */
  range(request: RangeRequest): Promise<MappingEntry[]>;
  /** The same for many at once; answers in the order of the requests. */
  rangeMany(requests: readonly RangeRequest[]): Promise<MappingEntry[][]>;
  /** Which of `to` are linked from `from`. */
  linked(mapping: string, from: Id, to: readonly Id[]): Promise<Set<Id>>;
  /** The number of edges from each id (0 where none). */
  countLinks(mapping: string, from: readonly Id[]): Promise<Map<Id, number>>;
  /** Takes a name if it is free: answers whose it is now (`id`, or the earlier owner). Lives on `claimShard(space, key)`. */
  claim(space: string, key: string, id: Id): Promise<Id>;
  /** The owners of names; free names are absent. */
  claimed(space: string, keys: readonly string[]): Promise<Map<string, Id>>;
  /** Frees a name if it is `id`'s. */
  release(space: string, key: string, id: Id): Promise<void>;
  /** The shard that a claim's hash picks. Stable for ever for a given `count`. */
  claimShard(space: string, key: string): number;
  /** Outbox entries behind `after`, in order. */
  readOutbox(shard: number, after: number, limit: number): Promise<OutboxEntry[]>;
  /** Forgets outbox entries up to and including `through`. */
  trimOutbox(shard: number, through: number): Promise<void>;
  /** Shards whose outbox may hold entries, cheaply enough to ask at start. */
  shardsWithOutbox(): Promise<number[]>;
  /** Calls back after a commit with events became durable; returns how to stop. A hint: it may be missed across processes. */
  onOutbox(listener: (shard: number) => void): () => void;
  /** How much a shard holds. Cost: milliseconds, however full it is. */
  stats(shard: number): Promise<ShardStats>;
  /** The servers behind the shards as they are seen from this process, primary first; left out where there are none. */
  servers?(): Promise<ServerStatus[]>;
  /** Checks integrity of every shard; returns problems in words, empty when sound. */
  verify(): Promise<string[]>;
  /** Finishes pending commits and lets go of all files. */
  close(): Promise<void>;
}
