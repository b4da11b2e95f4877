/** What the archive holds, by its names. */
import type { ArchiveStore } from '#engines/archive-store/port';
import { contentOf, type FileContent, type OffsetRange, topicPrefix } from './names.ts';

/** A file with what it holds. */
export interface ArchivedFile extends FileContent {
  readonly name: string;
  readonly bytes: number;
}

/** A range with the file that holds it. */
export interface ArchivedRange extends OffsetRange {
  readonly file: ArchivedFile;
  /** Rows of the file that come before. */
  readonly row: number;
}

const lengthOf = ({ first, last }: OffsetRange): number => last - first + 1;

/** How many events a file holds. */
export const eventCount = ({ ranges }: FileContent): number =>
  ranges.reduce((sum, range) => sum + lengthOf(range), 0);

/** The ranges of a file, in the order of its rows. */
export function rangesOf(file: ArchivedFile): ArchivedRange[] {
  let row = 0;
  return file.ranges.map((range) => {
    const at = row;
    row += lengthOf(range);
    return { ...range, file, row: at };
  });
}

/** Files whose names begin with `prefix`, and the names that are no files of the archive. */
export async function filesUnder(
  store: Pick<ArchiveStore, 'list'>,
  prefix: string,
): Promise<{ files: ArchivedFile[]; strangers: string[] }> {
  const files: ArchivedFile[] = [];
  const strangers: string[] = [];
  for await (const { name, bytes } of store.list(prefix)) {
    const content = contentOf(name);
    if (content) files.push({ ...content, name, bytes });
    else strangers.push(name);
  }
  return { files, strangers };
}

/** Whether a file holds all that another one holds, and more. */
function outdoes(file: ArchivedFile, other: ArchivedFile): boolean {
  if (eventCount(file) <= eventCount(other)) return false;
  return other.ranges.every(({ partition, first, last }) =>
    file.ranges.some((one) => one.partition === partition && one.first <= first && one.last >= last),
  );
}

/**
 * Files, and those among them that do not count, each with the one that holds all its events and more: what is left of a merge
 * until it is removed.
 */
export function sortedOut(files: readonly ArchivedFile[]): {
  living: ArchivedFile[];
  left: Map<ArchivedFile, ArchivedFile>;
} {
  const left = new Map<ArchivedFile, ArchivedFile>();
  for (const some of Map.groupBy(files, ({ topic, hour }) => `${topic} ${hour}`).values()) {
    if (some.length === 1) continue;
    const largest = some.toSorted((a, b) => eventCount(b) - eventCount(a));
    for (const file of some) {
      const by = largest.find((one) => outdoes(one, file));
      if (by) left.set(file, by);
    }
  }
  return { living: files.filter((file) => !left.has(file)), left };
}

/** By their first offsets; of those that begin alike, the longest first. */
const inOrder = (a: OffsetRange, b: OffsetRange): number => a.first - b.first || b.last - a.last;

/** Of the ranges of some files, those of a partition in the order of their events. */
export function ofPartition(files: readonly ArchivedFile[], partition: number): ArchivedRange[] {
  const all = files.flatMap((file) => rangesOf(file).filter((range) => range.partition === partition));
  return all.sort(inOrder);
}

/** What ranges in order hold without a gap up to their end; undefined when there are none. */
export function extentOfRanges(
  ranges: readonly OffsetRange[],
): { readonly first: number; readonly next: number } | undefined {
  let extent: { first: number; next: number } | undefined;
  for (const { first, last } of ranges) {
    if (!extent || first > extent.next) extent = { first, next: last + 1 };
    else extent = { first: extent.first, next: Math.max(extent.next, last + 1) };
  }
  return extent;
}

/** A partition's ranges in the order of their events, those that count. */
export async function partitionRanges(
  store: Pick<ArchiveStore, 'list'>,
  topic: string,
  partition: number,
): Promise<ArchivedRange[]> {
  const look = async () => {
    const { files } = await filesUnder(store, topicPrefix(topic));
    return ofPartition(sortedOut(files).living, partition);
  };
  const ranges = await look();
  // Listing takes time: a merged file may have come, and its parts gone, on both sides of where the listing was.
  return extentOfRanges(ranges)?.first === ranges[0]?.first ? ranges : look();
}
