import { createHash } from 'node:crypto';

/** A name and a deduplication key as one hash in hexadecimal, whatever their length. */
export function keyHashOf(name: string, key: string): string {
  return createHash('sha256').update(`${name}\0${key}`).digest('hex');
}
