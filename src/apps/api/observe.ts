/** One log line, one timer sample and one count for the monitor a request. */
import type { FastifyInstance } from 'fastify';
import type { Log } from '#kernel/log';
import type { Metrics } from '#kernel/metrics';
import type { Monitor } from '#services/monitor/contract';
import { streamPath } from './routes/live.ts';

/** Times every request by route and status class, those that stay open on purpose apart; logs slow and failed ones at `info`, the rest at `debug`. */
export function observeRequests(
  server: FastifyInstance,
  metrics: Metrics,
  log: Log,
  monitor: Pick<Monitor, 'observe'>,
): void {
  const timer = metrics.timer('pinakes_http_request_seconds', 'HTTP requests by route and status', [
    'route',
    'status',
  ]);
  server.addHook('onResponse', async (request, reply) => {
    if (request.routeOptions.url === streamPath) return;
    const seconds = reply.elapsedTime / 1000;
    const route = `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
    timer.observe({ route, status: `${Math.floor(reply.statusCode / 100)}xx` }, seconds);
    monitor.observe({ route, status: reply.statusCode, ms: reply.elapsedTime });
    const level = reply.statusCode >= 500 || seconds > 1 ? 'info' : 'debug';
    if (!log.isLevelEnabled(level)) return;
    request.log[level](
      { route, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 },
      'request',
    );
  });
}
