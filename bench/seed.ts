/** A large library on disk, made once and kept under the temporary folder. */
import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { composeApp } from '#apps/compose';
import { loadConfig } from '#apps/config/config';
import { readEnvironment } from '#apps/config/env';
import { seedPeople } from './seed-people.ts';
import { seedPictures } from './seed-pictures.ts';
import { seedPins } from './seed-pins.ts';

/** A library that is ready to be served. */
export interface Seeded {
  /** The data folder. */
  readonly data: string;
  /** A session token of each person. */
  readonly tokens: readonly string[];
}

const root = path.resolve(import.meta.dirname, '..');
const pinsPerPerson = 100;

/** Changes with everything that decides what a seeded folder looks like. */
async function seedKey(size: number): Promise<string> {
  const files = globSync(['bench/seed*.ts', 'src/engines/**/*.ts', 'src/services/*/contract.ts'], {
    cwd: root,
  });
  const hash = createHash('sha256').update(String(size));
  for (const file of files.sort()) hash.update(await readFile(path.join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

async function seed(data: string, size: number): Promise<string[]> {
  const variables = {
    PINAKES_DATA: data,
    PINAKES_LOG: 'warn',
    PINAKES_DURABILITY: 'process',
    PINAKES_WORKERS: '1',
  };
  const app = await composeApp(loadConfig(readEnvironment(variables)));
  await app.start();
  try {
    const people = await seedPeople(app, Math.max(2, Math.round(size / pinsPerPerson)));
    // Pictures come first and the projection is fitted to them, so that each vector is indexed once.
    const media = await seedPictures(app, Math.ceil((size * 2) / 3));
    await app.services.vision.refit();
    await seedPins(app, people, media, size);
    await app.services.events.drain();
    await app.services.jobs.drain();
    await app.services.events.drain();
    return people.map(({ token }) => token);
  } finally {
    await app.stop();
  }
}

/** A library of `size` pins on the boards of `size / 100` people, two thirds of them originals, the rest saves. */
export async function seededLibrary(size: number): Promise<Seeded> {
  const prefix = `pinakes-bench-home-${size}-`;
  const folder = path.join(tmpdir(), prefix + (await seedKey(size)));
  const tokensFile = path.join(folder, 'tokens.json');
  if (!existsSync(tokensFile)) {
    // Half a gigabyte each: those of earlier versions are not kept.
    const earlier = globSync(`${prefix}*`, { cwd: tmpdir() });
    for (const name of earlier) await rm(path.join(tmpdir(), name), { recursive: true, force: true });
    const making = `${folder}.${process.pid}`;
    await mkdir(making);
    const tokens = await seed(path.join(making, 'data'), size);
    await writeFile(path.join(making, 'tokens.json'), JSON.stringify(tokens));
    // Another run may have made the same library meanwhile; theirs serves as well.
    await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
  }
  return {
    data: path.join(folder, 'data'),
    tokens: JSON.parse(await readFile(tokensFile, 'utf8')) as string[],
  };
}
