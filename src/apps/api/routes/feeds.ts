import type { FastifyInstance } from 'fastify';
import { type PageRequest, PageSchema } from '#kernel/schema';
import { PinViewSchema } from '#services/pins/contract';
import type { ApiDeps } from '../deps.ts';
import { describe, PageQuerySchema } from './shared.ts';

/** The home and following feeds. */
export function feedRoutes(server: FastifyInstance, { services: { feed } }: ApiDeps): void {
  const described = (summary: string) =>
    describe('feeds', summary, { querystring: PageQuerySchema }, PageSchema(PinViewSchema));
  server.get<{ Querystring: PageRequest }>(
    '/api/feed/home',
    { schema: described('The home feed') },
    async (request, reply) => {
      // Bytes pass the serialiser by: the schema documents what the service wrote.
      const json = await feed.homeJson(request.viewer, request.query);
      reply
        .header('content-type', 'application/json; charset=utf-8')
        .header('cache-control', 'private, no-store');
      return reply.send(json);
    },
  );
  server.get<{ Querystring: PageRequest }>(
    '/api/feed/following',
    { schema: described('New pins of whom one follows, newest first') },
    (request) => feed.following(request.viewer, request.query),
  );
}
