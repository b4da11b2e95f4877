import type { Change, PutObject, StoredObject } from '#engines/shards/port';
import type { Actor, Person } from '#kernel/actor';
import { ConflictError, InvalidInputError, UnauthenticatedError } from '#kernel/errors';
import { type Id, isId, typeOf } from '#kernel/ids';
import type { CachedObjects } from '../cached-objects.ts';
import { CommitView, isLink, isWrite, type Write } from './commit-view.ts';
import { requireMayLink } from './edge-writers.ts';
import { endsOf, newMembers, requireWhole } from './integrity.ts';
import { requireMayWrite } from './object-writers.ts';
import { requireOwnEvent } from './own-events.ts';
import type { ReadAccess } from './read-access.ts';
import { hasReferences, newReferences } from './references.ts';

type Found = ReadonlyMap<Id, StoredObject>;

/**
 * What every commit passes before it reaches its shard.
 *
 * Whoever writes: what is named must be there, and fit. People, besides, write only what the rules let them, judged by the
 * objects as they are: a write of an object holds only at the version that was judged, and boards, by which pins are judged,
 * are read from their shard. What a person may not see is looked at as if it were not there, so no refusal tells of it.
 */
export class WriteAccess {
  readonly #objects: CachedObjects;
  readonly #readers: ReadAccess;
  constructor(objects: CachedObjects, readers: ReadAccess) {
    this.#objects = objects;
    this.#readers = readers;
  }

  /** Throws, or answers the changes as they may be made. */
  async permit(actor: Actor, changes: readonly Change[]): Promise<readonly Change[]> {
    if (actor.kind === 'stranger') throw new UnauthenticatedError();
    if (actor.kind === 'person') return this.#permitPerson(actor, changes);
    requireWhole(await this.#wholeView(changes));
    return changes;
  }

  async #wholeView(changes: readonly Change[]): Promise<CommitView> {
    const puts = changes.filter((change) => change.kind === 'put');
    const before = await this.#read(puts.filter(isPutAgain).map(({ id }) => id));
    return new CommitView(changes, before, await this.#read(namedBy(changes, before)));
  }

  async #read(ids: readonly Id[]): Promise<Found> {
    return ids.length === 0 ? new Map() : this.#objects.getMany(ids);
  }

  async #permitPerson(actor: Person, changes: readonly Change[]): Promise<readonly Change[]> {
    refuseTwice(changes);
    const view = await this.#viewOf(actor, changes);
    requireWhole(view);
    for (const change of changes) if (change.kind !== 'emit') requireMay(actor, view, change);
    for (const write of view.writes.values()) requireExpected(view, write);
    for (const change of changes) if (change.kind === 'emit') requireOwnEvent(actor, view, change.event);
    return changes.map((change) => (isWrite(change) ? asJudged(view, change) : change));
  }

  async #viewOf(actor: Person, changes: readonly Change[]): Promise<CommitView> {
    const written = await this.#current(changes.filter(isWrite));
    const deciding = boardsOf(changes, written);
    const boards = deciding.length === 0 ? new Map() : await this.#objects.read(deciding);
    const before = await this.#readers.visible(actor, written, boards);
    const named = namedBy(changes, before).filter((id) => !boards.has(id));
    const around = new Map([...boards, ...(await this.#read(named))]);
    return new CommitView(changes, before, await this.#readers.visible(actor, around, boards));
  }

  /** Written objects as they are: at the version that the write expects, or as their shard has them now. */
  async #current(writes: readonly Write[]): Promise<Found> {
    const again = writes.filter(({ expect }) => expect !== 0);
    const found = new Map(await this.#read(again.map(({ id }) => id)));
    const stale = again.filter(({ id, expect }) => expect === undefined || found.get(id)?.version !== expect);
    if (stale.length === 0) return found;
    const fresh = await this.#objects.read(stale.map(({ id }) => id));
    for (const { id } of stale) found.delete(id);
    return new Map([...found, ...fresh]);
  }
}

function isPutAgain({ id, expect }: PutObject): boolean {
  return expect !== 0 && hasReferences(typeOf(id));
}

function refuseTwice(changes: readonly Change[]): void {
  const ids = changes.filter(isWrite).map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw new InvalidInputError('changes', 'must write each object once');
}

/** The objects that must be there for a commit, other than those that it writes. */
function namedBy(changes: readonly Change[], before: Found): Id[] {
  const named = changes.flatMap((change) => {
    if (isLink(change)) return endsOf(change);
    if (change.kind !== 'put') return [];
    const stored = before.get(change.id)?.data;
    return [...newReferences(change, stored), ...newMembers(change, stored)];
  });
  const written = new Set(changes.filter(isWrite).map(({ id }) => id));
  return [...new Set(named)].filter((id) => !written.has(id) && !before.has(id));
}

/** The boards by which a commit is judged, other than those that it writes. */
function boardsOf(changes: readonly Change[], written: Found): Id[] {
  const ofPins = [...written.values()].map(({ data }) => data['boardId']);
  const ofChanges = changes.flatMap((change) => {
    if (change.kind === 'put') return [change.data['boardId']];
    return change.kind === 'link' || change.kind === 'unlink' ? [change.from, change.to] : [];
  });
  const writes = new Set(changes.filter(isWrite).map(({ id }) => id));
  const boards = [...ofPins, ...ofChanges].filter((id) => isId(id) && typeOf(id) === 'board');
  return ([...new Set(boards)] as Id[]).filter((id) => !writes.has(id));
}

function requireMay(actor: Person, view: CommitView, change: Exclude<Change, { kind: 'emit' }>): void {
  if (isWrite(change)) requireMayWrite(actor, view, change);
  else requireMayLink(actor, view, change);
}

function requireExpected(view: CommitView, { id, expect }: Write): void {
  const version = view.before(id)?.version ?? 0;
  if (expect !== undefined && expect !== version)
    throw new ConflictError('somebody else has changed this in the meantime');
}

/** A write that holds only for the version that it was judged by. */
function asJudged(view: CommitView, write: Write): Write {
  return { ...write, expect: view.before(write.id)?.version ?? 0 };
}
