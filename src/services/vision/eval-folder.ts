/** Labelled pictures in folders: a class is a folder, whatever lies below it belongs to it. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { InvalidInputError } from '#kernel/errors';

/** A picture and its class. */
export interface LabelledPicture {
  readonly path: string;
  readonly label: string;
}

const pictureName = /\.(?:jpe?g|png|webp|avif|gif|tiff?)$/i;

async function entriesOf(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new InvalidInputError('folder', `cannot be read: ${folder}`, error);
  }
}

async function picturesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await picturesBelow(file)));
    else if (pictureName.test(entry.name)) found.push(file);
  }
  return found;
}

/**
 * All pictures of `DIR/<class>/…`, by class and path. A folder that holds nothing but one folder stands for
 * that one. Links are not followed. Throws `InvalidInputError` unless there are at least two classes.
 */
export async function labelledPictures(folder: string): Promise<LabelledPicture[]> {
  const entries = await entriesOf(folder);
  const folders = entries.filter((entry) => entry.isDirectory());
  const [only] = folders;
  if (only && folders.length === 1 && !entries.some(({ name }) => pictureName.test(name))) {
    return labelledPictures(path.join(folder, only.name));
  }
  const found: LabelledPicture[] = [];
  for (const { name: label } of folders) {
    const pictures = await picturesBelow(path.join(folder, label));
    found.push(...pictures.map((file) => ({ path: file, label })));
  }
  if (new Set(found.map(({ label }) => label)).size >= 2) return found;
  throw new InvalidInputError('folder', 'must hold at least two folders of pictures, one a class');
}
