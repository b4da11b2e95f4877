import type { FastifyInstance } from 'fastify';
import { requirePerson } from '#kernel/actor';
import { type PageRequest, PageSchema } from '#kernel/schema';
import {
  type BoardPatch,
  BoardPatchSchema,
  BoardViewSchema,
  type NewBoard,
  NewBoardSchema,
} from '#services/boards/contract';
import { PinViewSchema } from '#services/pins/contract';
import type { ApiDeps } from '../deps.ts';
import { describe, IdParamsSchema, idParam, PageQuerySchema } from './shared.ts';

/** Boards. */
export function boardRoutes(server: FastifyInstance, { services: { boards, pins } }: ApiDeps): void {
  server.post<{ Body: NewBoard }>(
    '/api/boards',
    { schema: describe('boards', 'Make a board', { body: NewBoardSchema }, BoardViewSchema, 201) },
    async (request, reply) => reply.status(201).send(await boards.create(request.viewer, request.body)),
  );
  server.get<{ Querystring: PageRequest }>(
    '/api/me/boards',
    {
      schema: describe(
        'boards',
        "One's own boards, last used first",
        { querystring: PageQuerySchema },
        PageSchema(BoardViewSchema),
      ),
    },
    (request) => boards.byOwner(request.viewer, requirePerson(request.viewer).userId, request.query),
  );
  server.get(
    '/api/boards/:id',
    { schema: describe('boards', 'A board', { params: IdParamsSchema }, BoardViewSchema) },
    (request) => boards.get(request.viewer, idParam(request.params, 'board')),
  );
  server.patch<{ Body: BoardPatch }>(
    '/api/boards/:id',
    {
      schema: describe(
        'boards',
        'Change a board',
        { params: IdParamsSchema, body: BoardPatchSchema },
        BoardViewSchema,
      ),
    },
    (request) => boards.update(request.viewer, idParam(request.params, 'board'), request.body),
  );
  server.delete(
    '/api/boards/:id',
    {
      schema: describe('boards', 'Remove a board with its pins', { params: IdParamsSchema }, undefined, 204),
    },
    async (request, reply) => {
      await boards.remove(request.viewer, idParam(request.params, 'board'));
      return reply.status(204).send();
    },
  );
  server.get<{ Querystring: PageRequest }>(
    '/api/boards/:id/pins',
    {
      schema: describe(
        'boards',
        'The pins of a board',
        { params: IdParamsSchema, querystring: PageQuerySchema },
        PageSchema(PinViewSchema),
      ),
    },
    (request) => pins.byBoard(request.viewer, idParam(request.params, 'board'), request.query),
  );
}
