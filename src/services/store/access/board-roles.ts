/** The rules of boards, from which those of pins follow: a pin is its board's. */
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';

/** People whom a board's owner let in: an editor arranges its pins, a viewer sees it though it is secret. */
export type BoardRoles = Readonly<Record<Id, 'editor' | 'viewer'>>;

/** What the rules look at of a board. */
export interface RuledBoard {
  readonly ownerId: Id;
  readonly secret: boolean;
  /** Absent while nobody was let in. */
  readonly roles?: BoardRoles | undefined;
}

/** What somebody is on a board. */
export type BoardRole = 'owner' | 'editor' | 'viewer' | 'none';

/** What an actor is on a board. The system and strangers are nobody there. */
export function boardRole(actor: Actor, { ownerId, roles }: RuledBoard): BoardRole {
  if (actor.kind !== 'person') return 'none';
  if (actor.userId === ownerId) return 'owner';
  return roles?.[actor.userId] ?? 'none';
}

/** Whether an actor owns a board, and so its pins. */
export function ownsBoard(actor: Actor, board: RuledBoard): boolean {
  return boardRole(actor, board) === 'owner';
}

/** The rule: who may see a board and its pins. A secret one is for its owner, those let in, and the system. */
export function maySeeBoard(actor: Actor, board: RuledBoard): boolean {
  return !board.secret || actor.kind === 'system' || boardRole(actor, board) !== 'none';
}

/** The rule: who may add, move, change and remove a board's pins. */
export function mayArrangeBoard(actor: Actor, board: RuledBoard): boolean {
  if (actor.kind === 'system') return true;
  const role = boardRole(actor, board);
  return role === 'owner' || role === 'editor';
}

/** The rule: who may follow a board. Followers hear of what is public, and owners need not follow their own. */
export function mayFollowBoard(actor: Actor, board: RuledBoard): boolean {
  return actor.kind === 'person' && !board.secret && !ownsBoard(actor, board);
}
