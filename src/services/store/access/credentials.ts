/** What proves who somebody is never leaves the accounts service, which reads as the system. */
import type { StoredObject } from '#engines/shards/port';
import type { ObjectType } from '#kernel/ids';
import type { JsonObject } from '#kernel/json';
import { frozen } from '../frozen.ts';

/** The field of each type that holds a credential's hash. Sign-in links are all credential: nobody reads them. */
const fields: Partial<Record<ObjectType, string>> = { user: 'passwordHash', session: 'hash' };

/** An object and the type that its id says. */
export interface Typed {
  readonly object: StoredObject;
  readonly type: ObjectType | undefined;
}

/** By stored object, so that a copy lives as long as the cache holds what it was made from. */
const copies = new WeakMap<StoredObject, StoredObject>();

/** An object's data as others than accounts may know it. */
export function openData(type: ObjectType, data: JsonObject): JsonObject {
  const field = fields[type];
  if (field === undefined) return data;
  const { [field]: _credential, ...open } = data;
  return open;
}

/** An object without its credential: the same one when it has none, else a shared copy. */
export function withoutCredential({ object, type }: Typed): StoredObject {
  if (type === undefined || fields[type] === undefined) return object;
  const known = copies.get(object);
  if (known !== undefined) return known;
  const open = frozen({ ...object, data: openData(type, object.data) });
  copies.set(object, open);
  return open;
}
