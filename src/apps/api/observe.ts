/** One log line and one timer sample a request. */
import type { FastifyInstance } from 'fastify';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';

/** Times every request by route and status class; logs slow and failed ones at `info`, the rest at `debug`. */
export function observeRequests(server: FastifyInstance, metrics: Metrics, log: Log): void {
  const timer = metrics.timer('pinakes_http_request_seconds', 'HTTP requests by route and status', [
    'route',
    'status',
  ]);
  server.addHook('onResponse', async (request, reply) => {
    const seconds = reply.elapsedTime / 1000;
    const route = `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
    timer.observe({ route, status: `${Math.floor(reply.statusCode / 100)}xx` }, seconds);
    const level = reply.statusCode >= 500 || seconds > 1 ? 'info' : 'debug';
    if (!log.isLevelEnabled(level)) return;
    request.log[level](
      { route, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 },
      'request',
    );
  });
}
