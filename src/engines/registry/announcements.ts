/**
 * Announced instances, a JSON file each, beside a lock that its process holds.
 *
 * The lock is taken before the file appears, so a file whose lock is free tells of a process
 * that is gone, even where another one has got its number since.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Type from 'typebox';
import { UnavailableError } from '#kernel/errors';
import { holdFile } from '#kernel/file-lock';
import { check } from '#kernel/schema';
import type { Instance } from './port.ts';

const InstanceSchema = Type.Object({ role: Type.String(), pid: Type.Integer(), address: Type.String() });
const ending = '.instance.json';
const lockOf = (file: string): string => file.replace(/\.json$/, '.lock');

async function forget(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(lockOf(file), { force: true });
}

/** Writes an announcement; the answer takes it back. */
export async function announceIn(folder: string, instance: Instance): Promise<() => Promise<void>> {
  const file = path.join(folder, `${randomUUID()}${ending}`);
  const held = holdFile(lockOf(file));
  if (!held) throw new UnavailableError('the instance cannot be announced');
  await writeFile(`${file}.new`, JSON.stringify(instance), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return async () => {
    await rm(file, { force: true });
    held.release();
    await forget(file);
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The announcement in a file; undefined, and the file removed, when nobody stands behind it. */
async function living(file: string): Promise<Instance | undefined> {
  const lock = holdFile(lockOf(file));
  if (lock) {
    lock.release();
    await forget(file);
    return undefined;
  }
  try {
    const instance = check(InstanceSchema, JSON.parse(await readFile(file, 'utf8')), 'instance');
    return isAlive(instance.pid) ? instance : undefined;
  } catch {
    // Taken back between the listing and the reading.
    return undefined;
  }
}

/** All living instances announced in a folder. */
export async function instancesIn(folder: string): Promise<Instance[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(ending));
  const found = await Promise.all(files.map((name) => living(path.join(folder, name))));
  return found.filter((instance) => instance !== undefined);
}
