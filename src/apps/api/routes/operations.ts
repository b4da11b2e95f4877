import type { FastifyInstance } from 'fastify';
import { LiveSchema, PlannedSchema, type PlanRequest, PlanRequestSchema } from '#services/capacity/contract';
import type { ApiDeps } from '../deps.ts';
import { requireOwner } from '../session.ts';
import { describe } from './shared.ts';

/** What the owner looks at to run the site. */
export function operationsRoutes(server: FastifyInstance, { services: { capacity } }: ApiDeps): void {
  server.get(
    '/api/operations/shards',
    {
      onRequest: requireOwner,
      schema: describe('operations', 'What lies on each shard, the map, the skew (owner)', {}, LiveSchema),
    },
    () => capacity.live(),
  );
  server.get<{ Querystring: PlanRequest }>(
    '/api/operations/plan',
    {
      onRequest: requireOwner,
      schema: describe(
        'operations',
        'Plan shards and servers ahead; what is left out is counted or measured (owner)',
        { querystring: PlanRequestSchema },
        PlannedSchema,
      ),
    },
    (request) => capacity.plan(request.query),
  );
}
