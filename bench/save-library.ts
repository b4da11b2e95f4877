/** People with boards, pins to save, and the server that they save on. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { composeApp } from '#apps/compose';
import { loadConfig } from '#apps/config/config';
import { readEnvironment } from '#apps/config/env';
import { stranger } from '#kernel/actor';
import type { PacedRequest } from './paced.ts';
import { seedPeople } from './seed-people.ts';
import { seedPictures } from './seed-pictures.ts';
import { seedPins } from './seed-pins.ts';

const people = 200;
const pins = 2000;
const pictures = 1000;
const shards = 16;

/** A folder with people and pins in it, and the settings under which it is served. */
export interface SaveLibrary {
  readonly environment: Record<string, string>;
  /** Saves by everybody, each of another pin to another board. */
  readonly requests: readonly PacedRequest[];
}

/** Makes a library in a folder; its shards are on the MySQL server at `mysql` if one is given, else in the folder. */
export async function makeSaveLibrary(folder: string, mysql?: string): Promise<SaveLibrary> {
  const config = path.join(folder, 'config.json');
  const backends = { main: { kind: 'mysql', primary: mysql, replicas: [] } };
  await writeFile(config, JSON.stringify(mysql === undefined ? {} : { shards: { count: shards, backends } }));
  const environment = {
    PINAKES_CONFIG: config,
    PINAKES_DATA: path.join(folder, 'data'),
    PINAKES_LOG: 'silent',
    PINAKES_WORKERS: '1',
  };
  const app = await composeApp(
    loadConfig(readEnvironment({ ...environment, PINAKES_DURABILITY: 'process' })),
  );
  await app.start();
  try {
    const made = await seedPeople(app, people);
    await seedPins(app, made, await seedPictures(app, pictures), pins);
    const lists = made.map(({ person }) =>
      app.services.pins.byOwner(stranger, person.userId, { limit: 100 }),
    );
    const ids = (await Promise.all(lists)).flatMap(({ items }) => items.map(({ id }) => id));
    await app.services.events.drain();
    return { environment, requests: requestsOf(made, ids) };
  } finally {
    await app.stop();
  }
}

function requestsOf(
  made: readonly { readonly token: string; readonly boards: readonly string[] }[],
  ids: readonly string[],
): PacedRequest[] {
  return ids.map((id, n) => {
    const { token, boards } = made[n % made.length] ?? { token: '', boards: [] };
    return {
      method: 'POST',
      path: `/api/pins/${id}/save`,
      headers: { cookie: `pinakes_session=${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ boardId: boards[n % boards.length] }),
    };
  });
}

/** A server of its own process. */
export interface SaveServer {
  readonly url: string;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** Starts the server as `npm start` does, durable over loss of power. */
export async function startSaveServer({ environment }: SaveLibrary): Promise<SaveServer> {
  const script = path.resolve(import.meta.dirname, '../src/apps/start.ts');
  const child = spawn(process.execPath, [...process.execArgv, script], {
    env: { ...process.env, ...environment, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = /http:\S+/.exec(line.toString())?.[0];
  if (url === undefined) throw new Error(line.toString());
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  return { url, child, stop };
}
