/** What every adapter asks of its input. */
import { InvalidInputError } from '#kernel/errors';
import { mostMatches, type VectorEntry, type VectorQuery, type VectorRemoval } from './port.ts';

/** The audience that everybody belongs to. */
export const everyone = 'public';

/** Throws unless the vector has `dimensions` finite numbers. */
export function checkVector(vector: Float32Array, dimensions: number): void {
  if (vector.length !== dimensions) {
    throw new InvalidInputError('vector', `must be ${dimensions} numbers long, not ${vector.length}`);
  }
  if (!vector.every(Number.isFinite)) throw new InvalidInputError('vector', 'must have finite numbers only');
}

function checkVersion({ version }: VectorRemoval): void {
  if (!Number.isSafeInteger(version) || version < 0) {
    throw new InvalidInputError('version', 'must be a whole number from 0');
  }
}

/** Throws unless all entries are valid. */
export function checkEntries(entries: readonly VectorEntry[], dimensions: number): void {
  for (const entry of entries) {
    checkVersion(entry);
    checkVector(entry.vector, dimensions);
  }
}

/** Throws unless all removals are valid. */
export function checkRemovals(removals: readonly VectorRemoval[]): void {
  for (const removal of removals) checkVersion(removal);
}

/** Throws unless all queries are valid. */
export function checkQueries(queries: readonly VectorQuery[], dimensions: number): void {
  for (const { vector, limit } of queries) {
    checkVector(vector, dimensions);
    if (!Number.isInteger(limit) || limit < 1 || limit > mostMatches) {
      throw new InvalidInputError('limit', `must be a whole number from 1 to ${mostMatches}`);
    }
  }
}

/** Writes the vector at unit length into `target` from `offset`; all zeros stay so. */
export function putUnit(vector: Float32Array, target: Float32Array, offset = 0): void {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (vector[i] ?? 0) ** 2;
  const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  for (let i = 0; i < vector.length; i++) target[offset + i] = (vector[i] ?? 0) * scale;
}
