/** Vectors that cluster like those of pictures do, the same for the same seed. */

/** A generator of numbers in [0, 1): mulberry32. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A normally distributed number (Box and Muller 1958). */
function gaussian(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

function normalise(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

// Variances fall off as those of principal components do after half-whitening.
const fallOff = (at: number) => (1 + at) ** -0.35;

/** `count` unit vectors around count/50 centres; neighbours in a cluster are about 0.8 alike. */
export function clusteredVectors(count: number, dimensions: number, seed: number): Float32Array[] {
  const next = random(seed);
  const draw = (scale: number) =>
    Float32Array.from({ length: dimensions }, (_, at) => scale * fallOff(at) * gaussian(next));
  const centres = Array.from({ length: Math.max(1, Math.round(count / 50)) }, () => draw(1));
  return Array.from({ length: count }, () => {
    const centre = centres[Math.floor(next() * centres.length)] ?? draw(1);
    const noise = draw(0.5);
    return normalise(centre.map((value, at) => value + (noise[at] ?? 0)));
  });
}

/** The places of the `limit` vectors with the highest inner product, best first. */
export function exactNearest(vectors: readonly Float32Array[], query: Float32Array, limit: number): number[] {
  const scores = vectors.map((vector, n) => {
    let sum = 0;
    for (let at = 0; at < query.length; at += 1) sum += (vector[at] ?? 0) * (query[at] ?? 0);
    return { n, sum };
  });
  return scores
    .sort((a, b) => b.sum - a.sum)
    .slice(0, limit)
    .map(({ n }) => n);
}
