import { type Actor, requirePerson } from '#kernel/actor';
import { ForbiddenError, NotFoundError } from '#kernel/errors';
import { type BoardData, maySeeBoard, ownsBoard } from './contract.ts';

/** Refuses actors who may not write to a board, without telling them of a secret one. */
export function requireMayWrite(actor: Actor, board: BoardData | undefined): void {
  if (board === undefined || !maySeeBoard(actor, board)) throw new NotFoundError('board');
  if (actor.kind === 'system') return;
  requirePerson(actor);
  if (!ownsBoard(actor, board)) throw new ForbiddenError("this board is somebody else's");
}
