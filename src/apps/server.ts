/** Starts everything in one process and stays until told to stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type App, composeApp } from '#apps/compose';
import { loadConfig } from '#apps/config/config';
import { readEnvironment } from '#apps/config/env';
import { PinakesError } from '#kernel/errors';
import type { RunningServer } from './listen.ts';

/** Pages come first; a picture that is brought sooner starts the threads itself. */
const picturesAfterMs = 500;

/** Loading code keeps this thread busy: the engines get as far as their first waits before that. */
const headStartMs = 30;

/** Ends the process with 1 where the picture threads cannot work; answers how not to begin with them any more. */
function startPictures(app: App): () => void {
  const timer = setTimeout(() => void app.engines.pictures.start().catch(fail), picturesAfterMs);
  return () => clearTimeout(timer);
}

function fail(error: unknown): void {
  const known = error instanceof PinakesError || (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  process.stderr.write(`pinakes: ${known ? (error as Error).message : (error as Error).stack}\n`);
  process.exit(1);
}

function stopOnSignals(running: RunningServer, app: App): void {
  const leavePictures = startPictures(app);
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    leavePictures();
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

/** Loads the HTTP server while the engines wait for the threads and the reads that they began with. */
async function loadListen(): Promise<typeof import('./listen.ts')> {
  await sleep(headStartMs);
  return import('./listen.ts');
}

/** `npm start`: composes, listens, prints where. Exits with 1 and one clear line when it cannot start. */
export async function startServer(): Promise<void> {
  try {
    const [app, { listen }] = await Promise.all([startedApp(), loadListen()]);
    const running = await listen(app);
    stopOnSignals(running, app);
    process.stdout.write(`Pinakes is at ${running.url} (data in ${app.config.data})\n`);
  } catch (error) {
    fail(error);
  }
}
