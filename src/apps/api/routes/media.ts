import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { requirePerson } from '#kernel/actor';
import { NotFoundError } from '#kernel/errors';
import { MediaViewSchema, PagePreviewSchema } from '#services/media/contract';
import { acting } from '../acting.ts';
import type { ApiDeps } from '../deps.ts';
import { uploadedFile } from '../upload.ts';
import { describe } from './shared.ts';

const UrlSchema = Type.Object({ url: Type.String({ maxLength: 2000, pattern: '^https?://' }) });
const SignatureSchema = Type.Object({ signature: Type.String({ pattern: '^[0-9a-f]{64}$' }) });

/** Taking pictures in. */
export function mediaRoutes(server: FastifyInstance, { services: { media, actions } }: ApiDeps): void {
  server.post(
    '/api/media',
    {
      schema: {
        ...describe('media', 'Upload a picture (multipart, field `file`)', {}, MediaViewSchema, 201),
        consumes: ['multipart/form-data'],
      },
    },
    async (request, reply) => {
      const person = requirePerson(request.viewer);
      const taken = await media.ingest(person, await uploadedFile(request));
      actions.record({ type: 'upload', ...acting(request), mediaId: taken.id, from: 'file' });
      return reply.status(201).send(taken);
    },
  );
  server.post<{ Body: { url: string } }>(
    '/api/media/preview',
    { schema: describe('media', 'What could be saved from a page', { body: UrlSchema }, PagePreviewSchema) },
    (request) => media.preview(requirePerson(request.viewer), request.body.url),
  );
  server.get<{ Params: { signature: string } }>(
    '/api/media/:signature',
    {
      schema: describe(
        'media',
        'A picture that the viewer may see',
        { params: SignatureSchema },
        MediaViewSchema,
      ),
    },
    async (request) => {
      const { signature } = request.params;
      await media.variant(request.viewer, { signature, width: 236, format: 'webp', accept: '' });
      const id = await media.idBySignature(signature);
      const data = id && (await media.data([id])).get(id);
      if (!id || !data) throw new NotFoundError('picture');
      return { id, picture: media.view(data) };
    },
  );
}
