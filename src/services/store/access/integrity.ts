/** What holds of every commit, whoever makes it. */
import type { LinkChange, PutObject } from '#engines/shards/port';
import { InvalidInputError, NotFoundError } from '#kernel/errors';
import { type Id, isId, type ObjectType, typeOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { type MappingName, mappings } from '../contract.ts';
import { type CommitView, isLink } from './commit-view.ts';
import { newReferences } from './references.ts';

const mostRoles = 100;

/** What types are called where people read it. */
const nouns: Partial<Record<ObjectType, string>> = { user: 'person', media: 'picture' };

/** The word for an id's type in messages. */
export function nounOf(id: Id): string {
  const type = typeOf(id);
  return (type && nouns[type]) ?? type ?? 'object';
}

/**
 * Mappings whose edges may lead from or to what is not there: those of the log's consumers, which hear of things that are
 * gone since, and the one from pictures, which is written before its pin (`PinObjects.add` says why).
 */
const loose: ReadonlySet<string> = new Set<MappingName>([
  'media_has_pin',
  'user_has_follower',
  'board_has_follower',
  'user_joins_board',
]);

/** The field by which an edge's to-side names its from-side. */
const named: Partial<Record<MappingName, string>> = {
  user_owns_board: 'ownerId',
  board_has_pin: 'boardId',
  user_has_pin: 'ownerId',
  user_has_session: 'userId',
};

/** The objects that must be there for an edge. */
export function endsOf({ mapping, from, to }: LinkChange): Id[] {
  return loose.has(mapping) ? [] : [from, to];
}

function requireThere(view: CommitView, id: Id): JsonObject {
  const data = view.after(id);
  if (data === undefined) throw new NotFoundError(nounOf(id));
  return data;
}

function requireEdge(view: CommitView, edge: LinkChange): void {
  for (const id of endsOf(edge)) requireThere(view, id);
  const mapping = edge.mapping as MappingName;
  const field = named[mapping];
  if (field === undefined || view.after(edge.to)?.[field] === edge.from) return;
  throw new InvalidInputError('from', `must be the ${field} of the ${mappings[mapping].to}`);
}

/** The people whom a board lets in and did not let in before. */
export function newMembers({ id, data }: PutObject, before: JsonObject | undefined): Id[] {
  if (typeOf(id) !== 'board' || data['roles'] === undefined) return [];
  const { roles } = data;
  if (typeof roles !== 'object' || roles === null || Array.isArray(roles)) {
    throw new InvalidInputError('roles', 'must be an object');
  }
  const members = Object.entries(roles);
  if (members.length > mostRoles) throw new InvalidInputError('roles', `must be at most ${mostRoles}`);
  for (const [userId, role] of members) requireRole(userId, role, data['ownerId']);
  const known = (before?.['roles'] ?? {}) as JsonObject;
  return members.map(([userId]) => userId as Id).filter((userId) => !Object.hasOwn(known, userId));
}

function requireRole(userId: string, role: unknown, ownerId: unknown): void {
  if (!isId(userId) || typeOf(userId) !== 'user' || userId === ownerId)
    throw new InvalidInputError('roles', 'must be of other people than the owner');
  if (role !== 'editor' && role !== 'viewer')
    throw new InvalidInputError('roles', 'must each be editor or viewer');
}

function requirePut(view: CommitView, put: PutObject): void {
  const before = view.before(put.id)?.data;
  // The rules go by it.
  if (typeOf(put.id) === 'board' && typeof put.data['secret'] !== 'boolean')
    throw new InvalidInputError('secret', 'must be true or false');
  for (const id of [...newReferences(put, before), ...newMembers(put, before)]) requireThere(view, id);
  if (typeOf(put.id) !== 'pin' || put.data['boardId'] === before?.['boardId']) return;
  const board = view.after(put.data['boardId'] as Id);
  if (board?.['ownerId'] !== put.data['ownerId'])
    throw new InvalidInputError('ownerId', "must be the board's owner");
}

/**
 * Throws `NotFoundError` when a commit names what is not there, or what its actor may not know of, and `InvalidInputError`
 * when what it writes does not fit together.
 */
export function requireWhole(view: CommitView): void {
  for (const write of view.writes.values()) if (write.kind === 'put') requirePut(view, write);
  for (const edge of view.changes.filter(isLink)) requireEdge(view, edge);
}
