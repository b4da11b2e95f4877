/** Bodies of answers: decompressed, counted while they come in. */
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { UnsupportedError } from '#kernel/errors';

/** The encodings that are asked for and understood. */
export const acceptedEncodings = 'gzip, deflate, br';

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** The body as its server meant it. An encoding that is not understood, or several, are refused. */
export function decoded(body: Readable, encoding: string): Readable {
  if (encoding === '' || encoding === 'identity') return body;
  const decoder = decoders[encoding]?.();
  if (!decoder)
    throw new UnsupportedError('url', `must lead to a file in an encoding other than ${encoding}`);
  // The reader of the last stream sees the error; `pipeline` passes it on and lets go of the first.
  pipeline(body, decoder, () => undefined);
  return decoder;
}

/** The first `most` bytes; reads no further. */
export async function* beginning(body: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let left = most;
  for await (const chunk of body) {
    yield chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= chunk.length;
    if (left <= 0) return;
  }
}
