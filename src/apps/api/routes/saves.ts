import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { requirePerson } from '#kernel/actor';
import { NotFoundError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import { IdSchema } from '#kernel/schema';
import { JobViewSchema } from '#services/jobs/contract';
import { type SaveFromUrl, SaveFromUrlSchema } from '#services/pins/contract';
import { acting } from '../acting.ts';
import type { ApiDeps } from '../deps.ts';
import { describe, describeSave, IdParamsSchema, idParam, sendSaved } from './shared.ts';

const BoardIdSchema = Type.Object({ boardId: IdSchema });

/** Saving another's pin, saving from a page, and how such a save is going. */
export function saveRoutes(server: FastifyInstance, { services: { pins, jobs, actions } }: ApiDeps): void {
  server.post<{ Body: { boardId: Id } }>(
    '/api/pins/:id/save',
    {
      schema: describeSave('saves', 'Save a pin to a board', { params: IdParamsSchema, body: BoardIdSchema }),
    },
    async (request, reply) => {
      const pinId = idParam(request.params, 'pin');
      const saved = await pins.save(request.viewer, pinId, request.body.boardId);
      const boardId = saved.board.id;
      actions.record({ type: 'save', ...acting(request), pinId, savedId: saved.id, boardId });
      return sendSaved(reply, saved);
    },
  );
  server.post<{ Body: SaveFromUrl }>(
    '/api/pins/from-url',
    {
      schema: describe(
        'saves',
        'Save from a page',
        { body: SaveFromUrlSchema },
        Type.Object({ job: Type.String() }),
        202,
      ),
    },
    async (request, reply) =>
      reply.status(202).send({ job: await pins.saveFromUrl(request.viewer, request.body) }),
  );
  server.get<{ Params: { id: string } }>(
    '/api/jobs/:id',
    {
      schema: describe(
        'saves',
        'How a save is going, for its submitter',
        { params: IdParamsSchema },
        JobViewSchema,
      ),
    },
    async (request) => {
      const person = requirePerson(request.viewer);
      const job = await jobs.get(request.params.id);
      if (!job || job.payload['userId'] !== person.userId) throw new NotFoundError('job');
      const { id, name, state, error, result } = job;
      return { id, name, state, error, result };
    },
  );
}
