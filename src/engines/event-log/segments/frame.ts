/**
 * Frames: bytes that are either whole or seen not to be. A frame is the length of its body,
 * the CRC-32 of its body (both 32 bits, little endian), and the body, which is never empty.
 */
import { crc32 } from 'node:zlib';

/** The bytes before a body. */
export const headerBytes = 8;

/** What stands at a place: a body and where the next frame starts, or why there is none. */
export type Frame =
  | { readonly kind: 'whole'; readonly body: Buffer; readonly next: number }
  /** The bytes end before the frame does, which takes `bytes` from its start as far as can be told. */
  | { readonly kind: 'short'; readonly bytes: number }
  | { readonly kind: 'damaged' };

/** Writes the header of the frame that starts at `start` and whose body ends at `end`. */
export function sealFrame(bytes: Buffer, start: number, end: number): void {
  const body = bytes.subarray(start + headerBytes, end);
  bytes.writeUInt32LE(body.length, start);
  bytes.writeUInt32LE(crc32(body), start + 4);
}

/** The bytes that the frame at `at` takes in all, or undefined when its header is not whole. */
export function frameBytes(bytes: Buffer, at: number): number | undefined {
  return at + headerBytes > bytes.length ? undefined : headerBytes + bytes.readUInt32LE(at);
}

/** Reads and checks the frame at `at`. The body is a view, not a copy. */
export function readFrame(bytes: Buffer, at: number): Frame {
  const length = frameBytes(bytes, at);
  if (length === undefined) return { kind: 'short', bytes: headerBytes };
  if (length === headerBytes) return { kind: 'damaged' };
  if (at + length > bytes.length) return { kind: 'short', bytes: length };
  const body = bytes.subarray(at + headerBytes, at + length);
  return crc32(body) === bytes.readUInt32LE(at + 4)
    ? { kind: 'whole', body, next: at + length }
    : { kind: 'damaged' };
}
