/** How the log lies on disk: `format.json`, `offsets.journal`, and a folder a topic with a folder a partition. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidInputError, UnavailableError } from '#kernel/errors';

const version = 1;
const topicName = /^[a-z][a-z0-9-]{0,63}$/;

/** Throws `InvalidInputError` for a topic that cannot be a folder's name. */
export function requireTopic(topic: string): void {
  if (!topicName.test(topic)) {
    throw new InvalidInputError('topic', 'must be at most 64 small letters, digits and hyphens');
  }
}

/** The topics that have a folder. */
export async function topicsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && topicName.test(entry.name)).map(({ name }) => name);
}

/** Writes a file whole, unless another process has written it meanwhile. */
async function writeFirst(file: string, text: string): Promise<void> {
  const made = `${file}.${randomUUID()}`;
  await writeFile(made, text);
  await link(made, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(made);
}

/** The number of partitions that the log was made with: `wanted` when this call makes it. Later wishes change nothing, since keys must stay where they are. */
export async function partitionsOf(folder: string, wanted: number): Promise<number> {
  const file = path.join(folder, 'format.json');
  await mkdir(folder, { recursive: true });
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known === undefined) await writeFirst(file, `${JSON.stringify({ version, partitions: wanted })}\n`);
  const format = JSON.parse(known ?? (await readFile(file, 'utf8'))) as {
    version: number;
    partitions: number;
  };
  if (format.version !== version) {
    throw new UnavailableError(`${folder} was written by a newer version of Pinakes`);
  }
  return format.partitions;
}
