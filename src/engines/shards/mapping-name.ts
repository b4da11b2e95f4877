/** What mappings may be called, in every adapter. */
import { InvalidInputError } from '#kernel/errors';
import { objectTypes } from '#kernel/ids';

const reserved = new Set(['outbox', 'claims', 'sequences', ...Object.keys(objectTypes)]);
const pattern = /^(?!sqlite_)[a-z_]{1,64}$/;

/** Whether a mapping may have this name. */
export function isMappingName(name: string): boolean {
  return pattern.test(name) && !reserved.has(name);
}

/** Throws `InvalidInputError` unless it may. */
export function requireMappingName(name: string): void {
  if (isMappingName(name)) return;
  throw new InvalidInputError('mapping', 'must be 1 to 64 of a-z and _, and not the name of another table');
}
