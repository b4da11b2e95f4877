/** What the queue refuses. */
import { InvalidInputError, TooLargeError } from '#kernel/errors';
import type { NewJob } from './port.ts';

/** The most bytes of JSON in one value on a server. */
export const mostBytes = 4 * 1024 * 1024;
const longestName = 255;

/** Throws, as well as `requireStorable`, what a server refuses: a name above 255 characters, a payload above 4 MiB of JSON. */
export function requireStorableOnServer(job: NewJob): void {
  requireStorable(job);
  if (job.name.length > longestName)
    throw new InvalidInputError('name', `must be at most ${longestName} characters`);
  if (Buffer.byteLength(JSON.stringify(job.payload)) > mostBytes)
    throw new TooLargeError('payload', 'must be at most 4 MiB as JSON');
}

/** Throws `InvalidInputError` naming the field of a new job that cannot be stored. */
export function requireStorable(job: NewJob): void {
  if (job.name === '') throw new InvalidInputError('name', 'must not be empty');
  if (!Number.isInteger(job.attempts) || job.attempts < 1) {
    throw new InvalidInputError('attempts', 'must be a whole number from 1');
  }
  requireWhole('priority', job.priority ?? 0);
  requireWhole('runAfter', job.runAfter ?? 0);
}

function requireWhole(field: string, value: number): void {
  if (!Number.isSafeInteger(value)) throw new InvalidInputError(field, 'must be a whole number');
}
