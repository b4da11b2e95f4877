/** The whole program in this process, on a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type App, composeApp } from '#apps/compose';
import { type Config, loadConfig } from '#apps/config/config';
import { readEnvironment } from '#apps/config/env';
import { listen } from '#apps/listen';
import { Visitor } from './visitor.ts';

/** A running site. */
export interface Site {
  readonly url: string;
  readonly app: App;
  readonly data: string;
  /** Somebody new, not signed in. */
  visitor(): Visitor;
  /** Somebody new with an account. */
  member(name: string): Promise<Visitor>;
  /** Resolves when every job is done and every event has reached every index. */
  drain(): Promise<void>;
  /** Stops and starts again on the same data; this site is over then. */
  restart(): Promise<Site>;
  /** Stops and keeps the data. */
  close(): Promise<void>;
  /** Stops, and removes the data. */
  stop(): Promise<void>;
}

/** Settings that differ from those of tests: port 0, no log below errors, loopback may be fetched, `process` durability, patient saves. */
export type SiteOptions = Partial<Omit<Config, 'data'>>;

/** A fresh folder under the temporary one. */
export function freshFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'pinakes-test-'));
}

function configOf(data: string, options: SiteOptions): Config {
  const variables = {
    PORT: '0',
    PINAKES_DATA: data,
    PINAKES_LOG: 'error',
    PINAKES_DURABILITY: 'process',
    PINAKES_FETCH_LOOPBACK: '1',
    // A busy machine makes no save provisional.
    PINAKES_SAVE_DEADLINE_MS: '60000',
  };
  return { ...loadConfig(readEnvironment(variables)), ...options };
}

async function drain({ services }: App): Promise<void> {
  // Jobs make events, and events may make jobs.
  for (let round = 0; round < 2; round += 1) {
    await services.jobs.drain();
    await services.actions.flush();
    await services.events.drain();
  }
}

/** Starts a site on what is in `folder`/data; its `stop` removes the folder. */
export async function startSiteIn(folder: string, options: SiteOptions = {}): Promise<Site> {
  const app = await composeApp(configOf(path.join(folder, 'data'), options));
  await app.start();
  const running = await listen(app);
  return {
    url: running.url,
    app,
    data: app.config.data,
    visitor: () => new Visitor(running.url),
    member: (name) => new Visitor(running.url).signUp(name),
    drain: () => drain(app),
    async restart() {
      await running.stop();
      return startSiteIn(folder, options);
    },
    close: () => running.stop(),
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a site with nothing in it. */
export async function startSite(options: SiteOptions = {}): Promise<Site> {
  return startSiteIn(await freshFolder(), options);
}
