/** What the archive holds, by its names. */
import type { ArchiveStore } from '#engines/archive-store/port';
import { type FileRange, rangeOf, topicPrefix } from './names.ts';

/** A file with what it holds. */
export interface ArchivedFile extends FileRange {
  readonly name: string;
  readonly bytes: number;
}

/** Files whose names begin with `prefix`, and the names that are no files of the archive. */
export async function filesUnder(
  store: Pick<ArchiveStore, 'list'>,
  prefix: string,
): Promise<{ files: ArchivedFile[]; strangers: string[] }> {
  const files: ArchivedFile[] = [];
  const strangers: string[] = [];
  for await (const { name, bytes } of store.list(prefix)) {
    const range = rangeOf(name);
    if (range) files.push({ ...range, name, bytes });
    else strangers.push(name);
  }
  return { files, strangers };
}

/** By their first offsets; of those that begin alike, the longest first. */
const inOrder = (a: FileRange, b: FileRange): number => a.first - b.first || b.last - a.last;

/** A partition's files in the order of their events. */
export async function filesOf(
  store: Pick<ArchiveStore, 'list'>,
  topic: string,
  partition: number,
): Promise<ArchivedFile[]> {
  const { files } = await filesUnder(store, topicPrefix(topic));
  return files.filter((file) => file.partition === partition).sort(inOrder);
}
