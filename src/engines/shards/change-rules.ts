/** What every change must obey, whatever the adapter. */
import { InvalidInputError } from '#kernel/errors';
import { type Id, isId, type ObjectType, shardOf, typeOf } from '#kernel/ids';
import { requireMappingName } from './mapping-name.ts';
import type { LinkChange, PutObject, RemoveObject, UnlinkChange } from './port.ts';

function requireHome(field: string, id: Id, shard: number): void {
  if (!isId(id)) throw new InvalidInputError(field, 'must be an id');
  if (shardOf(id) !== shard) throw new InvalidInputError(field, `must belong to shard ${shard}`);
}

/** The type of a changed object. Throws `InvalidInputError` unless the object belongs to the shard and its type is in use. */
export function checkObject(shard: number, { id }: PutObject | RemoveObject): ObjectType {
  requireHome('id', id, shard);
  const type = typeOf(id);
  if (type === undefined) throw new InvalidInputError('id', 'must be of a type that is in use');
  return type;
}

/** Throws `InvalidInputError` unless an edge's mapping, ends and sequence may be, and its from-side belongs to the shard. */
export function checkEdge(shard: number, change: LinkChange | UnlinkChange): void {
  requireMappingName(change.mapping);
  requireHome('from', change.from, shard);
  if (!isId(change.to)) throw new InvalidInputError('to', 'must be an id');
  if (change.kind === 'link' && !Number.isSafeInteger(change.sequence))
    throw new InvalidInputError('sequence', 'must be a whole number below 2^53');
}
