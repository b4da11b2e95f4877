/** What a folder holds: pictures, the words that `metadata.jsonl` has for them, and the boards of `boards.jsonl`. */
import { createReadStream } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { InvalidInputError } from '#kernel/errors';
import { type BoardMetadata, type PictureMetadata, readBoard, readMetadata } from './metadata.ts';

const pictureFile = /\.(jpe?g|png|webp|avif|gif|tiff?|heic)$/i;

/** A picture to import: its path below the folder, with forward slashes, and what is known of it. */
export interface FoundPicture {
  readonly file: string;
  readonly metadata: PictureMetadata | undefined;
  /** What further lines say of it: each is a pin of its own. */
  readonly more: readonly PictureMetadata[];
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

/** The lines of a file; none when there is no such file. */
async function* linesOf(file: string): AsyncIterable<string> {
  if (!(await stat(file).catch(() => undefined))) return;
  yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}

async function metadataByFile(folder: string): Promise<Map<string, PictureMetadata[]>> {
  const byFile = new Map<string, PictureMetadata[]>();
  for await (const line of linesOf(path.join(folder, 'metadata.jsonl'))) {
    const metadata = readMetadata(line);
    if (metadata) byFile.set(metadata.file, [...(byFile.get(metadata.file) ?? []), metadata]);
  }
  return byFile;
}

/** The boards of `boards.jsonl`; none when there is no such file. */
export async function listBoards(folder: string): Promise<BoardMetadata[]> {
  const boards: BoardMetadata[] = [];
  for await (const line of linesOf(path.join(folder, 'boards.jsonl'))) {
    const board = readBoard(line);
    if (board) boards.push(board);
  }
  return boards;
}

/** Lists the pictures below a folder in order of path. Throws `InvalidInputError` when it is no folder. */
export async function listPictures(folder: string): Promise<FoundPicture[]> {
  await requireFolder(folder);
  const [files, metadata] = await Promise.all([pictureFiles(folder), metadataByFile(folder)]);
  return files.map((file) => {
    const [first, ...more] = metadata.get(file) ?? [];
    return { file, metadata: first, more };
  });
}
