import type { FastifyInstance } from 'fastify';
import {
  BoardInsightsSchema,
  type InsightsRequest,
  InsightsRequestSchema,
  OwnInsightsSchema,
  PinInsightsSchema,
} from '#services/analytics/contract';
import type { ApiDeps } from '../deps.ts';
import { describe, IdParamsSchema, idParam } from './shared.ts';

interface Asked {
  readonly Querystring: InsightsRequest;
}

/** How one's own pins and boards do. */
export function analyticsRoutes(server: FastifyInstance, { services: { analytics } }: ApiDeps): void {
  const parts = { querystring: InsightsRequestSchema };
  server.get<Asked>(
    '/api/analytics',
    { schema: describe('analytics', 'How everything of one’s own does, by day', parts, OwnInsightsSchema) },
    ({ viewer, query }) => analytics.own(viewer, query),
  );
  const named = { ...parts, params: IdParamsSchema };
  server.get<Asked>(
    '/api/analytics/pins/:id',
    { schema: describe('analytics', 'How a pin does, by day (its owner)', named, PinInsightsSchema) },
    ({ viewer, params, query }) => analytics.pin(viewer, idParam(params, 'pin'), query),
  );
  server.get<Asked>(
    '/api/analytics/boards/:id',
    { schema: describe('analytics', 'How a board does, by day (its owner)', named, BoardInsightsSchema) },
    ({ viewer, params, query }) => analytics.board(viewer, idParam(params, 'board'), query),
  );
}
