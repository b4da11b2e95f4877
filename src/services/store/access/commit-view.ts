import type { Change, LinkChange, PutObject, RemoveObject, StoredObject } from '#engines/shards/port';
import type { Id } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';

type Found = ReadonlyMap<Id, StoredObject>;

/** A put or a removal. */
export type Write = PutObject | RemoveObject;

/** Whether a change writes an object. */
export function isWrite(change: Change): change is Write {
  return change.kind === 'put' || change.kind === 'remove';
}

/** Whether a change adds an edge. */
export function isLink(change: Change): change is LinkChange {
  return change.kind === 'link';
}

/** A commit as the rules look at it: its changes, and what there is before and after them, as far as its actor may know. */
export class CommitView {
  readonly changes: readonly Change[];
  /** The last write of each object. */
  readonly writes: ReadonlyMap<Id, Write>;
  readonly #before: Found;
  readonly #around: Found;

  constructor(changes: readonly Change[], before: Found, around: Found) {
    this.changes = changes;
    this.writes = new Map(changes.filter(isWrite).map((write) => [write.id, write]));
    this.#before = before;
    this.#around = around;
  }

  /** An object as it is stored now. */
  before(id: Id): StoredObject | undefined {
    return this.#before.get(id) ?? this.#around.get(id);
  }

  /** An object's data once the commit is done; undefined when there is none then. */
  after(id: Id): JsonObject | undefined {
    const write = this.writes.get(id);
    if (write === undefined) return this.before(id)?.data;
    return write.kind === 'put' ? write.data : undefined;
  }

  /** An object's data as rights go by: as stored, or as made by this commit. */
  standing(id: Id): JsonObject | undefined {
    return this.before(id)?.data ?? this.after(id);
  }
}
