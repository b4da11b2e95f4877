import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Id } from '#kernel/ids';
import { acting } from '../acting.ts';
import type { ApiDeps } from '../deps.ts';
import { describe, IdParamsSchema, idParam, NameParamsSchema } from './shared.ts';

type Target = (request: FastifyRequest) => Promise<Id>;

/** Following people and boards. */
export function followRoutes(
  server: FastifyInstance,
  { services: { accounts, follows, boards, actions } }: ApiDeps,
): void {
  const person: Target = (request) => accounts.idByName((request.params as { name: string }).name);
  const board: Target = async (request) =>
    (await boards.get(request.viewer, idParam(request.params, 'board'))).id;
  const add = (url: string, params: typeof NameParamsSchema | typeof IdParamsSchema, target: Target) => {
    const schema = (summary: string) => ({
      schema: describe('follows', summary, { params }, undefined, 204),
    });
    server.put(url, schema('Follow'), async (request, reply) => {
      const targetId = await target(request);
      await follows.follow(request.viewer, targetId);
      actions.record({ type: 'follow', ...acting(request), targetId, on: true });
      return reply.status(204).send();
    });
    server.delete(url, schema('Stop following'), async (request, reply) => {
      const targetId = await target(request);
      await follows.unfollow(request.viewer, targetId);
      actions.record({ type: 'follow', ...acting(request), targetId, on: false });
      return reply.status(204).send();
    });
  };
  add('/api/users/:name/follow', NameParamsSchema, person);
  add('/api/boards/:id/follow', IdParamsSchema, board);
}
