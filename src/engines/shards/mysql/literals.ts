/** Values as SQL, for statements that travel together as one text. Sessions never set `NO_BACKSLASH_ESCAPES`. */
import mysql from 'mysql2';
import { InvalidInputError, TooLargeError } from '#kernel/errors';
import type { JsonObject } from '#kernel/json';

/** The most bytes of JSON in one value: servers refuse larger packets, TiDB larger rows. */
const jsonBytes = 4 * 1024 * 1024;

/** A string. */
export function text(value: string): string {
  return mysql.escape(value);
}

/** A 64-bit id, which is never a JavaScript number on its way. Throws when it is no whole number. */
export function idLiteral(id: string): string {
  return BigInt(id).toString();
}

/** A whole number below 2^53, either sign; `field` names it in the error. */
export function integer(value: number, field: string): string {
  if (Number.isSafeInteger(value)) return String(value);
  throw new InvalidInputError(field, 'must be a whole number below 2^53');
}

/** How many rows at most: a count that is too large to matter is cut. */
export function most(limit: number): string {
  return integer(Math.min(Math.max(limit, 0), Number.MAX_SAFE_INTEGER), 'limit');
}

/** A table's, column's or schema's name; ours are made of letters, digits and `_`. */
export function quoted(name: string): string {
  return `\`${name}\``;
}

/** JSON, as the text that is kept. Throws `TooLargeError` above 4 MiB. */
export function json(value: JsonObject, field: string): string {
  const written = JSON.stringify(value);
  if (written.length > jsonBytes / 4 && Buffer.byteLength(written) > jsonBytes)
    throw new TooLargeError(field, 'must be at most 4 MiB as JSON');
  return written;
}
