/** One uploaded file as a stream. */
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { InvalidInputError } from '#kernel/errors';

/** The file in the multipart field `file`; throws `InvalidInputError` when there is none. The stream must be consumed. */
export async function uploadedFile(request: FastifyRequest): Promise<Readable> {
  if (!request.isMultipart())
    throw new InvalidInputError('body', 'must be multipart/form-data with the picture in the field "file"');
  const part = await request.file();
  if (!part) throw new InvalidInputError('file', 'is required: the picture itself');
  return part.file;
}
