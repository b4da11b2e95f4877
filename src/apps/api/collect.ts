/** A bounded stream in memory. */
import type { Readable } from 'node:stream';
import { TooLargeError } from '#kernel/errors';

/** Reads a stream to its end; throws `TooLargeError` as soon as it passes `limit` bytes. */
export async function collectBytes(stream: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new TooLargeError('file', `must not be over ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
