/**
 * A projection turns an encoder's raw features into the short vectors that are indexed:
 * principal components fitted on the library's own pictures, partly whitened, so that what
 * this library varies in counts and what all of its pictures share does not.
 */
import { endianness } from 'node:os';
import { InvalidInputError, UnsupportedError } from '#kernel/errors';

/** A fitted projection; see `fitProjection`. Immutable. */
export interface Projection {
  /** Length of the raw features it takes. */
  readonly inputDimensions: number;
  /** Length of the vectors it gives. */
  readonly dimensions: number;
  /** Mean of the pictures it was fitted on; `inputDimensions` long. */
  readonly mean: Float32Array;
  /** `dimensions` rows of `inputDimensions`, one after another: scaled principal components, the widest first. */
  readonly components: Float32Array;
}

const magic = Buffer.from('PNKPROJ1');
const headerBytes = magic.length + 8;

/** The dot product of `vector` and a row of `matrix`. Four sums, as one alone waits for every addition. */
function rowProduct(matrix: Float32Array, row: number, vector: Float32Array): number {
  const { length } = vector;
  const start = row * length;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    a += (matrix[start + i] ?? 0) * (vector[i] ?? 0);
    b += (matrix[start + i + 1] ?? 0) * (vector[i + 1] ?? 0);
    c += (matrix[start + i + 2] ?? 0) * (vector[i + 2] ?? 0);
    d += (matrix[start + i + 3] ?? 0) * (vector[i + 3] ?? 0);
  }
  for (; i < length; i++) a += (matrix[start + i] ?? 0) * (vector[i] ?? 0);
  return a + b + c + d;
}

/**
 * The vector of raw features: unit length, or all zeros where the features equal the mean.
 * Throws `InvalidInputError` on another length. About 0.5 ms for 1968 → 256.
 */
export function applyProjection(projection: Projection, raw: Float32Array): Float32Array {
  const { inputDimensions, dimensions, mean, components } = projection;
  if (raw.length !== inputDimensions)
    throw new InvalidInputError('features', `must be ${inputDimensions} long`);
  const centred = raw.map((value, i) => value - (mean[i] ?? 0));
  const vector = new Float32Array(dimensions).map((_, row) => rowProduct(components, row, centred));
  const length = Math.sqrt(rowProduct(vector, 0, vector));
  return length > 0 ? vector.map((value) => value / length) : vector;
}

/** The projection as bytes: a magic word with the format's version, both lengths, mean, components; little-endian. */
export function encodeProjection({ inputDimensions, dimensions, mean, components }: Projection): Uint8Array {
  const bytes = Buffer.alloc(headerBytes + 4 * (mean.length + components.length));
  magic.copy(bytes);
  bytes.writeUInt32LE(inputDimensions, magic.length);
  bytes.writeUInt32LE(dimensions, magic.length + 4);
  let at = headerBytes;
  for (const values of [mean, components]) {
    for (const value of values) at = bytes.writeFloatLE(value, at);
  }
  return bytes;
}

/** Little-endian numbers at any place in memory, copied. */
function floatsIn(bytes: Uint8Array): Float32Array {
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  if (endianness() === 'BE') copy.swap32();
  return new Float32Array(copy.buffer);
}

/** Reads what `encodeProjection` wrote; throws `UnsupportedError` on anything else, another version or a part of it. */
export function decodeProjection(encoded: Uint8Array): Projection {
  const bytes = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  const known = bytes.length >= headerBytes && bytes.subarray(0, magic.length).equals(magic);
  if (!known) throw new UnsupportedError('projection', 'must be one that this version of Pinakes wrote');
  const inputDimensions = bytes.readUInt32LE(magic.length);
  const dimensions = bytes.readUInt32LE(magic.length + 4);
  const values = inputDimensions * (dimensions + 1);
  if (bytes.length !== headerBytes + 4 * values) throw new UnsupportedError('projection', 'must be whole');
  const meanEnd = headerBytes + 4 * inputDimensions;
  const mean = floatsIn(bytes.subarray(headerBytes, meanEnd));
  return { inputDimensions, dimensions, mean, components: floatsIn(bytes.subarray(meanEnd)) };
}
