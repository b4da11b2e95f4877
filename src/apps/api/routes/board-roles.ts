import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { parseId } from '#kernel/ids';
import { type PageRequest, PageSchema } from '#kernel/schema';
import { BoardViewSchema, MemberRoleSchema } from '#services/boards/contract';
import type { ApiDeps } from '../deps.ts';
import { describe, PageQuerySchema } from './shared.ts';

const ParamsSchema = Type.Object({ id: Type.String(), userId: Type.String() });
const RoleSchema = Type.Object({ role: MemberRoleSchema });

function idsIn({ id, userId }: Static<typeof ParamsSchema>) {
  return { id: parseId(id, 'id', 'board'), userId: parseId(userId, 'userId', 'user') };
}

/** Who is let into which board. */
export function boardRoleRoutes(server: FastifyInstance, { services: { boards } }: ApiDeps): void {
  server.get<{ Querystring: PageRequest }>(
    '/api/me/boards/joined',
    {
      schema: describe(
        'boards',
        "Others' boards that one was let into, the latest first",
        { querystring: PageQuerySchema },
        PageSchema(BoardViewSchema),
      ),
    },
    (request) => boards.joined(request.viewer, request.query),
  );
  const url = '/api/boards/:id/roles/:userId';
  server.put<{ Params: Static<typeof ParamsSchema>; Body: Static<typeof RoleSchema> }>(
    url,
    {
      schema: describe(
        'boards',
        'Let somebody into a board, or change what they may do there',
        { params: ParamsSchema, body: RoleSchema },
        BoardViewSchema,
      ),
    },
    (request) => {
      const { id, userId } = idsIn(request.params);
      return boards.setRole(request.viewer, id, userId, request.body.role);
    },
  );
  server.delete<{ Params: Static<typeof ParamsSchema> }>(
    url,
    {
      schema: describe(
        'boards',
        'Let somebody into a board no longer, or leave it',
        { params: ParamsSchema },
        undefined,
        204,
      ),
    },
    async (request, reply) => {
      const { id, userId } = idsIn(request.params);
      await boards.removeRole(request.viewer, id, userId);
      return reply.status(204).send();
    },
  );
}
