/** Starts everything in one process and stays until told to stop. */
import path from 'node:path';
import { createApiServer } from '#apps/api/server';
import { startControlServer } from '#apps/cli/control-server';
import { type App, composeApp } from '#apps/compose';
import { loadConfig } from '#apps/config/config';
import { readEnvironment } from '#apps/config/env';
import { installWeb } from '#apps/web/pages';
import { PinakesError } from '#kernel/errors';

/** Where `npm start` builds the web app. */
export const webDist = path.resolve(import.meta.dirname, '../../web/dist');

/** A running server. */
export interface RunningServer {
  /** Where it answers. */
  readonly url: string;
  /** Finishes requests and jobs in hand, makes everything durable, lets go of the data folder. */
  stop(): Promise<void>;
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
      await server.close();
      await app.stop();
    },
  };
}

function stopOnSignals(running: RunningServer, app: App): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        app.log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

/** `npm start`: composes, listens, prints where. Exits with 1 and one clear line when it cannot start. */
export async function startServer(): Promise<void> {
  try {
    const app = await composeApp(loadConfig(readEnvironment()));
    await app.start();
    const running = await listen(app);
    stopOnSignals(running, app);
    process.stdout.write(`Pinakes is at ${running.url} (data in ${app.config.data})\n`);
  } catch (error) {
    const known = error instanceof PinakesError || (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    process.stderr.write(`pinakes: ${known ? (error as Error).message : (error as Error).stack}\n`);
    process.exit(1);
  }
}
