/** Walks a folder of blobs in the order of their keys. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { prefixSegments } from './keys.ts';
import type { BlobInfo } from './port.ts';

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

// A folder sorts as its keys do, with the slash behind its name: `a-b/x` comes before `a/x`.
const sortName = ({ name, isFolder }: Entry): string => (isFolder ? `${name}/` : name);

async function entriesOf(folder: string): Promise<Entry[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  const entries = found.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  return entries.sort((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
}

/** A blob that was deleted since its folder was read gives nothing. */
async function infoOf(root: string, segments: readonly string[]): Promise<BlobInfo | undefined> {
  const found = await stat(path.join(root, ...segments)).catch(() => undefined);
  return found && { key: segments.join('/'), bytes: found.size };
}

async function* walk(root: string, folders: readonly string[], start: string): AsyncGenerator<BlobInfo> {
  for (const entry of await entriesOf(path.join(root, ...folders))) {
    if (!entry.name.startsWith(start)) continue;
    const segments = [...folders, entry.name];
    if (entry.isFolder) yield* walk(root, segments, '');
    else {
      const info = await infoOf(root, segments);
      if (info) yield info;
    }
  }
}

/** All blobs under `root` whose key begins with `prefix`, in order; holds one folder's names a level in memory. */
export function walkKeys(root: string, prefix: string): AsyncGenerator<BlobInfo> {
  const { folders, start } = prefixSegments(prefix);
  return walk(root, folders, start);
}
