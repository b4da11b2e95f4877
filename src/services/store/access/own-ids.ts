import type { Actor } from '#kernel/actor';
import { ForbiddenError, UnauthenticatedError } from '#kernel/errors';
import { type ObjectType, shardOf } from '#kernel/ids';

/** Throws unless an actor may have ids of a type on a shard: pins go to the shard of any board that one may arrange. */
export function requireMayAllocate(actor: Actor, shard: number, type: ObjectType): void {
  if (actor.kind === 'system') return;
  if (actor.kind === 'stranger') throw new UnauthenticatedError();
  if (type === 'pin' || (type === 'board' && shard === shardOf(actor.userId))) return;
  throw new ForbiddenError();
}

/** Throws `ForbiddenError` unless it is the system itself that asks. */
export function requireSystem(actor: Actor): void {
  if (actor.kind !== 'system') throw new ForbiddenError();
}
