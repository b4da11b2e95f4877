import type { FastifyInstance } from 'fastify';
import { type PageRequest, PageSchema } from '#kernel/schema';
import {
  type NewPin,
  NewPinSchema,
  type PinPatch,
  PinPatchSchema,
  PinViewSchema,
} from '#services/pins/contract';
import type { ApiDeps } from '../deps.ts';
import { describe, describeSave, IdParamsSchema, idParam, PageQuerySchema, sendSaved } from './shared.ts';

/** Pins and what is related to them. */
export function pinRoutes(server: FastifyInstance, { services: { pins, feed } }: ApiDeps): void {
  server.post<{ Body: NewPin }>(
    '/api/pins',
    { schema: describeSave('pins', 'Pin a picture', { body: NewPinSchema }) },
    async (request, reply) => sendSaved(reply, await pins.create(request.viewer, request.body)),
  );
  server.get(
    '/api/pins/:id',
    { schema: describe('pins', 'A pin', { params: IdParamsSchema }, PinViewSchema) },
    (request) => pins.get(request.viewer, idParam(request.params, 'pin')),
  );
  server.patch<{ Body: PinPatch }>(
    '/api/pins/:id',
    {
      schema: describe(
        'pins',
        'Change or move a pin',
        { params: IdParamsSchema, body: PinPatchSchema },
        PinViewSchema,
      ),
    },
    (request) => pins.update(request.viewer, idParam(request.params, 'pin'), request.body),
  );
  server.delete(
    '/api/pins/:id',
    { schema: describe('pins', 'Remove a pin', { params: IdParamsSchema }, undefined, 204) },
    async (request, reply) => {
      await pins.remove(request.viewer, idParam(request.params, 'pin'));
      return reply.status(204).send();
    },
  );
  server.get<{ Querystring: PageRequest }>(
    '/api/pins/:id/related',
    {
      schema: describe(
        'pins',
        'Related pins',
        { params: IdParamsSchema, querystring: PageQuerySchema },
        PageSchema(PinViewSchema),
      ),
    },
    (request) => feed.related(request.viewer, idParam(request.params, 'pin'), request.query),
  );
}
