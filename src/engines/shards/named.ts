/** Faults of a shard, as its callers see them. */
import { PinakesError, UnavailableError } from '#kernel/errors';

/** A shard's name in messages and as a file: five digits. */
export function shardName(shard: number): string {
  return String(shard).padStart(5, '0');
}

/** Domain errors as they are; anything else becomes an `UnavailableError` that names the shard. */
export function named(shard: number, error: unknown): PinakesError {
  if (error instanceof PinakesError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new UnavailableError(`shard ${shardName(shard)} cannot answer: ${reason}`, error);
}
