/** The HTTP server: hooks that every request passes, then the routes. */
import cookie from '@fastify/cookie';
import multipart from '@fastify/multipart';
import swagger from '@fastify/swagger';
import { type FastifyInstance, fastify, LogController } from 'fastify';
import { recordErrors } from './acting.ts';
import { lazyCompilers } from './compilers.ts';
import type { ApiDeps } from './deps.ts';
import { observeRequests } from './observe.ts';
import { openApiInfo } from './openapi.ts';
import { routes } from './routes/index.ts';
import { installSessions } from './session.ts';
import { handleError } from './status.ts';
import { traceRequests } from './trace.ts';
import { drainUploads } from './upload.ts';

/** Headers that cost nothing and close whole classes of attacks. */
function installHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'strict-origin-when-cross-origin');
    reply.header('x-frame-options', 'DENY');
    reply.header('x-request-id', request.id);
  });
}

/** The schemas are the program's own: compiling what says how a schema looks would take half of the first request. */
const trusted = { meta: false, validateSchema: false } as const;

/** Builds the server with the whole JSON API, pictures, health and metrics; does not listen. */
export async function createApiServer(deps: ApiDeps): Promise<FastifyInstance> {
  const server = fastify({
    loggerInstance: deps.log.child({ part: 'http' }),
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: deps.config.trustProxy,
    bodyLimit: 256 * 1024,
    ajv: { customOptions: { coerceTypes: 'array', removeAdditional: false, allErrors: false, ...trusted } },
    routerOptions: { maxParamLength: 500 },
    schemaController: { compilersFactory: lazyCompilers() },
  }) as unknown as FastifyInstance;
  server.setErrorHandler(handleError);
  installHeaders(server);
  if (deps.tracing) traceRequests(server, deps.tracing);
  observeRequests(server, deps.metrics, deps.log, deps.services.monitor);
  recordErrors(server, deps.services.actions);
  await server.register(swagger, { openapi: openApiInfo });
  await server.register(cookie);
  // One byte over the limit of pictures, so that the media service is the one that refuses, in its own words.
  await server.register(multipart, {
    limits: { files: 1, fields: 10, fileSize: deps.config.limits.bytes + 1 },
  });
  drainUploads(server);
  installSessions(server, deps.services.accounts);
  await server.register(routes, deps);
  return server;
}
