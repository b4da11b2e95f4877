/** What the suites put into an index. */
import { encodeId, type Id } from '#kernel/ids';
import type { VectorEntry, VectorIndex } from './port.ts';

/** Dimensions of the indexes that the suites ask for. */
export const contractDimensions = 32;

/** The same pseudo-random numbers from -1 to 1 every time (a linear congruential generator). */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state / 2 ** 31;
  };
}

/** The id that the suites give to their entry of this number. */
export const key = (local: number): Id => encodeId({ shard: 3, type: 4, local });

/** A vector along an axis, tilted towards the next one. */
export const axis = (i: number, tilt = 0): Float32Array => {
  const vector = new Float32Array(contractDimensions);
  vector[i] = 1;
  vector[(i + 1) % contractDimensions] = tilt;
  return vector;
};

/** Vectors in clusters, as pictures' are. */
export function clustered(count: number, seed: number): Float32Array[] {
  const next = numbers(seed);
  const random = (): Float32Array => Float32Array.from({ length: contractDimensions }, next);
  const centres = Array.from({ length: 40 }, random);
  return Array.from({ length: count }, (_, i) => {
    const centre = centres[i % centres.length] ?? random();
    return random().map((x, t) => (centre[t] ?? 0) + 0.8 * x);
  });
}

/** A public entry of version 1 along its own axis. */
export const entry = (local: number, overrides: Partial<VectorEntry> = {}): VectorEntry => ({
  key: key(local),
  version: 1,
  vector: axis(local % contractDimensions),
  audiences: ['public'],
  ...overrides,
});

/** Keys that the audiences find nearest to a vector, best first. */
export async function keysFound(index: VectorIndex, audiences: string[], at = axis(1)): Promise<Id[]> {
  const [matches = []] = await index.nearest([{ vector: at, limit: 50, audiences }]);
  return matches.map((match) => match.key);
}
