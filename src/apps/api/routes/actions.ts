import type { FastifyInstance } from 'fastify';
import { BatchOutcomeSchema, type BrowserBatch, BrowserBatchSchema } from '#services/actions/contract';
import type { ApiDeps } from '../deps.ts';
import { describe } from './shared.ts';

const mostBytes = 64 * 1024;

/** What browsers tell of what people do. */
export function actionRoutes(server: FastifyInstance, { services: { actions } }: ApiDeps): void {
  server.post<{ Body: BrowserBatch }>(
    '/api/actions',
    {
      bodyLimit: mostBytes,
      schema: describe(
        'actions',
        'Tell what was seen, opened and clicked; the same ids again count once',
        { body: BrowserBatchSchema },
        BatchOutcomeSchema,
        202,
      ),
    },
    async (request, reply) => {
      const sender = { viewer: request.viewer, address: request.ip };
      return reply.status(202).send(await actions.recordBatch(sender, request.body));
    },
  );
}
