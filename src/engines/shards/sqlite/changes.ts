/** Changes made ready: checked against the port's rules, their JSON written, before any transaction begins. */
import { InvalidInputError } from '#kernel/errors';
import { type Id, isId, type ObjectType, shardOf, typeOf } from '#kernel/ids';
import type { Change, EmitChange, LinkChange, PutObject, RemoveObject, UnlinkChange } from '../port.ts';
import { linkStep, unlinkStep } from './mappings.ts';
import { putStep, removeStep, type Step } from './objects.ts';
import { emitStep } from './outbox.ts';
import { requireMappingName } from './schema.ts';

/** Throws `InvalidInputError` unless an id is one and belongs to the shard. */
export function requireHome(field: string, id: Id, shard: number): void {
  if (!isId(id)) throw new InvalidInputError(field, 'must be an id');
  if (shardOf(id) !== shard) throw new InvalidInputError(field, `must belong to shard ${shard}`);
}

function objectStep(change: PutObject | RemoveObject, shard: number, now: number): Step {
  requireHome('id', change.id, shard);
  const type: ObjectType | undefined = typeOf(change.id);
  if (type === undefined) throw new InvalidInputError('id', 'must be of a type that is in use');
  return change.kind === 'put' ? putStep(change, type, now) : removeStep(change, type);
}

function edgeStep(change: LinkChange | UnlinkChange, shard: number): Step {
  requireMappingName(change.mapping);
  requireHome('from', change.from, shard);
  if (!isId(change.to)) throw new InvalidInputError('to', 'must be an id');
  if (change.kind === 'unlink') return unlinkStep(change);
  if (!Number.isSafeInteger(change.sequence))
    throw new InvalidInputError('sequence', 'must be a whole number below 2^53');
  return linkStep(change);
}

function isAboutObject(change: Change): change is PutObject | RemoveObject {
  return change.kind === 'put' || change.kind === 'remove';
}

function isEvent(change: Change): change is EmitChange {
  return change.kind === 'emit';
}

/** Makes the changes of one commit ready. `now` becomes the creation time of new objects. */
export function prepare(shard: number, changes: readonly Change[], now: number): Step[] {
  return changes.map((change) => {
    if (isAboutObject(change)) return objectStep(change, shard, now);
    return isEvent(change) ? emitStep(change) : edgeStep(change, shard);
  });
}
