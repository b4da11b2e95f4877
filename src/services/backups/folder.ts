/** The folder of a backup: which files it holds, and whether it is whole. */

import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import Type, { type Static } from 'typebox';
import { ConflictError, InvalidInputError, UnsupportedError } from '#kernel/errors';
import { check } from '#kernel/schema';
import { syncFolder } from '#kernel/sync';
import { formatVersion, type Manifest, ManifestSchema } from './contract.ts';

const manifestName = 'backup.json';
const beginningName = 'backup.unfinished.json';
const own = /^(backup\.unfinished\.json|shard-\d{5}\.jsonl\.zst)(\.tmp)?$/;

/** What a backup is of; noted before its first file. */
const BeginningSchema = Type.Pick(ManifestSchema, ['source', 'shardCount', 'claimCount', 'takenAt']);
/** A backup under way. */
export type Beginning = Static<typeof BeginningSchema>;

async function writeDurably(folder: string, name: string, value: unknown): Promise<void> {
  const temporary = path.join(folder, `${name}.tmp`);
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(`${JSON.stringify(value, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path.join(folder, name));
  await syncFolder(folder);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    await mkdir(folder, { recursive: true });
    return await readdir(folder);
  } catch (error) {
    throw new InvalidInputError('folder', `must be one that can be made and read: ${folder}`, error);
  }
}

async function readJson(folder: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path.join(folder, name), 'utf8'));
  } catch (error) {
    throw new UnsupportedError(name, 'is damaged: it is no JSON', error);
  }
}

function sameInstallation(begun: Beginning, now: Beginning): boolean {
  const { source, shardCount, claimCount } = begun;
  return source === now.source && shardCount === now.shardCount && claimCount === now.claimCount;
}

/**
 * Begins a backup in an empty folder, or goes on with one of the same installation that was interrupted. Answers when it
 * was begun. Throws `ConflictError` when the folder holds anything else.
 */
export async function beginBackup(folder: string, now: Beginning): Promise<Beginning> {
  const names = await namesIn(folder);
  if (names.includes(manifestName)) throw new ConflictError(`${folder} holds a backup already`, 'folder');
  const foreign = names.find((name) => !own.test(name));
  if (foreign !== undefined) throw new ConflictError(`${folder} is not empty: it holds ${foreign}`, 'folder');
  if (!names.includes(beginningName)) {
    if (names.some((name) => !name.endsWith('.tmp')))
      throw new ConflictError(`${folder} holds parts of a backup and not which one they are of`, 'folder');
    await writeDurably(folder, beginningName, now);
    return now;
  }
  const begun = check(BeginningSchema, await readJson(folder, beginningName), beginningName);
  if (sameInstallation(begun, now)) return begun;
  throw new ConflictError(
    `${folder} holds an unfinished backup of another installation: ${begun.source}`,
    'folder',
  );
}

/** Makes a backup whole: from now on it may be restored. */
export async function finishBackup(folder: string, manifest: Manifest): Promise<void> {
  await writeDurably(folder, manifestName, manifest);
  await rm(path.join(folder, beginningName), { force: true });
}

/** What a whole backup says of itself. Throws `InvalidInputError` when there is none, `UnsupportedError` when it cannot be read here. */
export async function readManifest(folder: string): Promise<Manifest> {
  const names = await readdir(folder).catch((): string[] => []);
  if (!names.includes(manifestName)) {
    const isUnfinished = names.includes(beginningName);
    const what = isUnfinished ? 'a whole backup; this one was interrupted' : 'a backup';
    throw new InvalidInputError('folder', `must hold ${what}: ${folder}`);
  }
  const value = await readJson(folder, manifestName);
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version !== formatVersion)
    throw new UnsupportedError(manifestName, `must be of version ${formatVersion}, not ${version}`);
  try {
    return check(ManifestSchema, value, manifestName);
  } catch (error) {
    throw new UnsupportedError(
      manifestName,
      `is damaged: ${error instanceof Error ? error.message : error}`,
      error,
    );
  }
}
