/** The HTTP server and the control socket of a composed installation. */
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createApiServer } from '#apps/api/server';
import { startControlServer } from '#apps/cli/control-server';
import type { App } from '#apps/compose';
import { installWeb } from '#apps/web/pages';

/** Where `npm start` builds the web app. */
export const webDist = path.resolve(import.meta.dirname, '../../web/dist');

/** A running server. */
export interface RunningServer {
  /** Where it answers. */
  readonly url: string;
  /** Finishes requests and jobs in hand, makes everything durable, lets go of the data folder. */
  stop(): Promise<void>;
}

/** How long a request may hold up a stop: whoever sends its body no further would hold it for a minute. */
const graceMs = 5000;

/** Answers what was asked, within reason. */
async function close(server: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), graceMs);
  await server.close();
  clearTimeout(timer);
}

/** Listens with the API, pages and pictures; the control socket too. */
export async function listen(app: App, dist = webDist): Promise<RunningServer> {
  const { services, config, log, metrics, tracing } = app;
  const deps = { services, config, log, metrics, tracing };
  const server = await createApiServer(deps);
  await installWeb(server, deps, dist);
  const control = await startControlServer(app);
  const url = await server.listen({ port: config.port, host: config.host });
  await services.monitor.start();
  return {
    url,
    async stop() {
      control.close();
      await close(server);
      await app.stop();
    },
  };
}
