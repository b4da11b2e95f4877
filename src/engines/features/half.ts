/// <reference lib="esnext.float16" />
/** Numbers at half precision: 11 significant bits, from 6e-8 to 65,504 in size. */
import { InvalidInputError } from '#kernel/errors';

/** The largest size that half precision holds. */
const largest = 65_504;

/** The bytes of numbers at half precision, two each, little endian. Throws `InvalidInputError` for what it cannot hold. */
export function toHalf(value: Float32Array): Uint8Array {
  const half = new Float16Array(value);
  if (!half.every(Number.isFinite)) {
    throw new InvalidInputError('value', `must be finite numbers of a size up to ${largest}`);
  }
  return new Uint8Array(half.buffer);
}

/** The numbers in bytes that `toHalf` made. */
export function fromHalf(bytes: Uint8Array): Float32Array {
  // SQLite's bytes may begin at an odd place in their buffer.
  const even = bytes.byteOffset % 2 === 0 ? bytes : Uint8Array.from(bytes);
  return Float32Array.from(new Float16Array(even.buffer, even.byteOffset, even.byteLength / 2));
}
