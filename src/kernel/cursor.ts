/** Opaque cursors: JSON in base64url. They carry positions only, never anything secret. */
import { InvalidInputError } from './errors.ts';
import type { PageRequest } from './schema.ts';

/** Packs a position into an opaque string. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Unpacks a cursor; throws `InvalidInputError` when it is not one that `accepts` agrees to. */
export function decodeCursor<T>(cursor: string, accepts: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (accepts(value)) return value;
  } catch {
    // Falls through to the one error that the caller should see.
  }
  throw new InvalidInputError('cursor', 'must be a cursor that this list gave');
}

/** The page size asked for, `fallback` when none; throws over `most`. */
export function pageLimit(request: PageRequest, fallback = 25, most = 100): number {
  const limit = request.limit ?? fallback;
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw new InvalidInputError('limit', `must be a whole number from 1 to ${most}`);
}
