/** What the queue refuses. */
import { InvalidInputError } from '#kernel/errors';
import type { NewJob } from './port.ts';

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
