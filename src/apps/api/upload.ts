/** One uploaded file as a stream. */
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidInputError } from '#kernel/errors';

/** The file in the multipart field `file`; throws `InvalidInputError` when there is none. The stream must be consumed. */
export async function uploadedFile(request: FastifyRequest): Promise<Readable> {
  if (!request.isMultipart())
    throw new InvalidInputError('body', 'must be multipart/form-data with the picture in the field "file"');
  const part = await request.file();
  if (!part) throw new InvalidInputError('file', 'is required: the picture itself');
  return part.file;
}

/**
 * Lets what is left of a refused upload run out. Without this the connection stays stuck at it, and whatever the
 * browser asks next on the same connection is never answered.
 */
export function drainUploads(server: FastifyInstance): void {
  server.addHook('onResponse', async ({ raw }) => {
    if (raw.readableEnded || raw.destroyed) return;
    raw.unpipe();
    raw.resume();
  });
}
