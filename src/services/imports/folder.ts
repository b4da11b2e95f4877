/** What a folder holds: pictures, and the words that `metadata.jsonl` has for them. */
import { createReadStream } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { InvalidInputError } from '#kernel/errors';
import { type PictureMetadata, readMetadata } from './metadata.ts';

const pictureFile = /\.(jpe?g|png|webp|avif|gif|tiff?|heic)$/i;

/** A picture to import: its path below the folder, with forward slashes, and what is known of it. */
export interface FoundPicture {
  readonly file: string;
  readonly metadata: PictureMetadata | undefined;
}

async function requireFolder(folder: string): Promise<void> {
  const info = await stat(folder).catch(() => undefined);
  if (!info?.isDirectory())
    throw new InvalidInputError('folder', `must be a folder that can be read: ${folder}`);
}

async function pictureFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of await opendir(folder, { recursive: true })) {
    if (!entry.isFile() || !pictureFile.test(entry.name) || entry.name.startsWith('.')) continue;
    files.push(path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'));
  }
  return files.sort();
}

async function metadataByFile(folder: string): Promise<Map<string, PictureMetadata>> {
  const byFile = new Map<string, PictureMetadata>();
  const file = path.join(folder, 'metadata.jsonl');
  if (!(await stat(file).catch(() => undefined))) return byFile;
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    const metadata = readMetadata(line);
    if (metadata) byFile.set(metadata.file, metadata);
  }
  return byFile;
}

/** Lists the pictures below a folder in order of path. Throws `InvalidInputError` when it is no folder. */
export async function listPictures(folder: string): Promise<FoundPicture[]> {
  await requireFolder(folder);
  const [files, metadata] = await Promise.all([pictureFiles(folder), metadataByFile(folder)]);
  return files.map((file) => ({ file, metadata: metadata.get(file) }));
}
