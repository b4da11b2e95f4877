/** Bytes on their way in: written to a temporary file, counted and hashed as they come. */
import { createHash } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Blobs } from '#engines/blobs/port';
import { InvalidInputError, PinakesError, TooLargeError } from '#kernel/errors';

/** A file of our own, to be adopted or removed. */
export interface Received {
  readonly path: string;
  /** SHA-256, 64 hex digits. */
  readonly signature: string;
  readonly bytes: number;
}

/** A limit of bytes in words. */
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e5) / 10} MB`;

function tooMany(most: number): TooLargeError {
  return new TooLargeError('picture', `must be at most ${megabytes(most)}`);
}

/** Passes chunks on while they are within the limit, feeding the hash. */
function counter(most: number) {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    async *through(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of body) {
        bytes += chunk.length;
        if (bytes > most) throw tooMany(most);
        hash.update(chunk);
        yield chunk;
      }
    },
    end: () => ({ bytes, signature: hash.digest('hex') }),
  };
}

/** Stores a stream or bytes; throws `TooLargeError` as soon as there are more than `most` bytes, and leaves nothing then. */
export async function receive(blobs: Blobs, body: Readable | Uint8Array, most: number): Promise<Received> {
  if (body instanceof Uint8Array && body.length > most) throw tooMany(most);
  const path = await blobs.temporaryPath();
  const counted = counter(most);
  try {
    const source = body instanceof Readable ? body : Readable.from([body]);
    await pipeline(source, counted.through, createWriteStream(path, { flags: 'wx' }));
    return { path, ...counted.end() };
  } catch (error) {
    await rm(path, { force: true });
    throw interrupted(error);
  }
}

/** An upload whose sender goes away is no fault of ours. */
function interrupted(error: unknown): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const gone = code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET' || code === 'ABORT_ERR';
  return gone && !(error instanceof PinakesError)
    ? new InvalidInputError('picture', 'must arrive whole; the upload broke off', error)
    : error;
}

/** Copies a local file (by reference where the file system can) and hashes the copy, so that content and signature agree. */
export async function receiveFile(blobs: Blobs, file: string, most: number): Promise<Received> {
  if ((await stat(file)).size > most) throw tooMany(most);
  const path = await blobs.temporaryPath();
  const counted = counter(most);
  try {
    await copyFile(file, path, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    for await (const _ of counted.through(createReadStream(path, { highWaterMark: 256 * 1024 })));
    return { path, ...counted.end() };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}
