/** Refusals before the store's own, so that nothing is begun for a write that will not be. */
import { type Actor, requirePerson } from '#kernel/actor';
import { ForbiddenError } from '#kernel/errors';
import { mayArrangeBoard, ownsBoard } from '#services/store/contract';
import type { BoardData } from './contract.ts';

/** Refuses actors who may not change a board itself. */
export function requireOwn(actor: Actor, board: BoardData): void {
  if (actor.kind !== 'system') requirePerson(actor);
  if (actor.kind !== 'system' && !ownsBoard(actor, board)) throw notYours();
}

/** Refuses actors who may not arrange a board's pins. */
export function requireMayArrange(actor: Actor, board: BoardData): void {
  if (actor.kind !== 'system') requirePerson(actor);
  if (!mayArrangeBoard(actor, board)) throw notYours();
}

function notYours(): ForbiddenError {
  return new ForbiddenError("this board is somebody else's");
}
