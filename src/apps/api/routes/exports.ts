import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ExportFile, ExportViewSchema } from '#services/exports/contract';
import type { ApiDeps } from '../deps.ts';
import { parseRange } from '../range.ts';
import { describe } from './shared.ts';

const path = '/api/me/export';

/** Sends a file for its owner alone; a download that was cut off may go on. */
async function sendFile(request: FastifyRequest, reply: FastifyReply, file: ExportFile) {
  const etag = `"${file.tag}"`;
  const { range: asked } = request.headers;
  const range = parseRange(asked, file.bytes, request.headers['if-range']?.toString(), etag);
  reply
    .header('content-type', 'application/zip')
    .header('content-disposition', `attachment; filename="${file.name}"`)
    .header('cache-control', 'private, no-store')
    .header('etag', etag)
    .header('accept-ranges', 'bytes');
  if (range === 'unsatisfiable')
    return reply.status(416).header('content-range', `bytes */${file.bytes}`).send();
  if (!range) return reply.header('content-length', file.bytes).send(await file.open());
  reply.status(206).header('content-range', `bytes ${range.start}-${range.end - 1}/${file.bytes}`);
  return reply.header('content-length', range.end - range.start).send(await file.open(range));
}

/** Everything of one's own, to take away. */
export function exportRoutes(server: FastifyInstance, { services: { exports } }: ApiDeps): void {
  server.get(
    path,
    { schema: describe('exports', 'How one’s own export is', {}, ExportViewSchema) },
    ({ viewer }) => exports.latest(viewer),
  );
  server.post(
    path,
    {
      schema: describe(
        'exports',
        'Begin an export of everything of one’s own, as one ZIP',
        {},
        ExportViewSchema,
        202,
      ),
    },
    async ({ viewer }, reply) => reply.status(202).send(await exports.start(viewer)),
  );
  server.delete(
    path,
    { schema: describe('exports', 'Remove one’s own export', {}, undefined, 204) },
    async ({ viewer }, reply) => {
      await exports.remove(viewer);
      return reply.status(204).send();
    },
  );
  server.get(`${path}/file`, { schema: { hide: true } }, async (request, reply) =>
    sendFile(request, reply, await exports.open(request.viewer)),
  );
}
