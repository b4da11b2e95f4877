import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps.ts';

/** Health, metrics, the OpenAPI document. */
export function healthRoutes(server: FastifyInstance, { services: { events }, metrics }: ApiDeps): void {
  server.get('/healthz', { schema: { hide: true } }, async (_request, reply) => {
    const failing = (await events.lags()).filter(({ error }) => error !== null).map(({ name }) => name);
    return reply.status(200).send({ status: failing.length === 0 ? 'ok' : 'degraded', failing });
  });
  server.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    return reply.header('content-type', metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger());
}
