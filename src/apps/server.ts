/** Starts everything in one process and stays until told to stop. */
import { type App, composeApp } from '#apps/compose';
import { loadConfig } from '#apps/config/config';
import { readEnvironment } from '#apps/config/env';
import { PinakesError } from '#kernel/errors';
import type { RunningServer } from './listen.ts';

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

async function startedApp(): Promise<App> {
  const app = await composeApp(loadConfig(readEnvironment()));
  await app.start();
  return app;
}

/** `npm start`: composes, listens, prints where. Exits with 1 and one clear line when it cannot start. */
export async function startServer(): Promise<void> {
  try {
    // While the engines open and the picture threads load their network, this thread loads the HTTP server.
    const [app, { listen }] = await Promise.all([startedApp(), import('./listen.ts')]);
    const running = await listen(app);
    stopOnSignals(running, app);
    process.stdout.write(`Pinakes is at ${running.url} (data in ${app.config.data})\n`);
  } catch (error) {
    const known = error instanceof PinakesError || (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    process.stderr.write(`pinakes: ${known ? (error as Error).message : (error as Error).stack}\n`);
    process.exit(1);
  }
}
