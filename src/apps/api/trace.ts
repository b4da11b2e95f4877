/** A span a request, which everything that the request does stands below. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OpenSpan, Tracing } from '#kernel/tracing/tracing';

/** Goes on with the caller's trace (`traceparent`), and answers with the request's own (`traceresponse`). */
export function traceRequests(server: FastifyInstance, tracing: Tracing): void {
  const spans = new WeakMap<FastifyRequest, OpenSpan>();
  server.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const facts = { 'http.request.method': request.method, 'http.route': route };
    const span = tracing.begin(`${request.method} ${route}`, request.headers, facts);
    spans.set(request, span);
    reply.header('traceresponse', span.traceparent);
    span.run(done);
  });
  // Reading the body goes on from the socket's events, which know nothing of the request.
  server.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) span.run(done);
    else done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const status = reply.statusCode;
    const error = status >= 500 ? new Error(`${status}`) : undefined;
    spans.get(request)?.end({ 'http.response.status_code': status }, error);
    done();
  });
}
