/** What objects say of other objects. */
import type { PutObject } from '#engines/shards/port';
import { InvalidInputError } from '#kernel/errors';
import { type Id, isId, type ObjectType, shardOf, typeOf } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';

interface Field {
  readonly name: string;
  readonly type: ObjectType;
  /** Whether both stand on one shard. */
  readonly isHere?: boolean;
  /** Whether it is said once and for all. */
  readonly isFixed?: boolean;
  readonly mayBeMissing?: boolean;
}

const ownerOf = (name: string): Field => ({ name, type: 'user', isHere: true, isFixed: true });

/** By type, the fields that hold the id of another object. */
const fields: Partial<Record<ObjectType, readonly Field[]>> = {
  board: [ownerOf('ownerId')],
  pin: [
    ownerOf('ownerId'),
    { name: 'boardId', type: 'board', isHere: true },
    { name: 'mediaId', type: 'media', isFixed: true },
    { name: 'savedFrom', type: 'pin', mayBeMissing: true },
  ],
  media: [{ name: 'uploaderId', type: 'user', mayBeMissing: true }],
  session: [ownerOf('userId')],
  link: [ownerOf('userId')],
};

/** Whether objects of this type name others. */
export function hasReferences(type: ObjectType | undefined): boolean {
  return type !== undefined && fields[type] !== undefined;
}

function requireReference({ name, type, isHere }: Field, value: unknown, shard: number): Id {
  if (!isId(value) || typeOf(value) !== type)
    throw new InvalidInputError(name, `must be the id of a ${type}`);
  if (isHere && shardOf(value) !== shard) throw new InvalidInputError(name, `must belong to shard ${shard}`);
  return value;
}

/**
 * The ids that a put names and that the object did not name `before`; throws `InvalidInputError` for one of another type,
 * of a shard on which it may not be, or in place of one that stays for ever.
 */
export function newReferences({ id, data }: PutObject, before: JsonObject | undefined): Id[] {
  const found: Id[] = [];
  for (const field of fields[typeOf(id) ?? 'section'] ?? []) {
    const value = data[field.name];
    if (value === undefined || value === null) {
      if (field.mayBeMissing) continue;
    }
    if (before !== undefined && before[field.name] === value) continue;
    if (before !== undefined && field.isFixed) throw new InvalidInputError(field.name, 'must stay as it is');
    found.push(requireReference(field, value, shardOf(id)));
  }
  return found;
}
