/** Events out of the archive's files, as they were in the log. */
import type { ArchiveStore } from '#engines/archive-store/port';
import type { ColumnFiles, Row } from '#engines/column-files/port';
import type { LoggedEvent } from '#engines/event-log/port';
import { PinakesError } from '#kernel/errors';
import type { ArchiveExtent, ArchiveStart } from './contract.ts';
import { hourMs, hourOf } from './names.ts';
import {
  type ArchivedFile,
  type ArchivedRange,
  eventCount,
  extentOfRanges,
  partitionRanges,
} from './ranges.ts';
import { eventColumns, eventOf } from './rows.ts';

/** Where files are and how they are read. */
export interface ReadingDeps {
  readonly store: ArchiveStore;
  readonly files: ColumnFiles;
}

/** What the archive holds of a partition without a gap, up to its end. */
export async function extentOf(
  { store }: ReadingDeps,
  topic: string,
  partition: number,
): Promise<ArchiveExtent | undefined> {
  return extentOfRanges(await partitionRanges(store, topic, partition));
}

/** Whether a row is what a range's file should have at an offset. */
export function isRowOf({ file, partition }: ArchivedRange, row: Row, offset: number): boolean {
  return (
    Number(row['log_offset']) === offset &&
    row['log_partition'] === partition &&
    hourOf(Number(row['logged_at'])) === file.hour
  );
}

/** Whether a file can be read and holds as many events as its name says. */
export async function isWhole({ store, files }: ReadingDeps, file: ArchivedFile): Promise<boolean> {
  await using copy = await store.local(file.name);
  try {
    return (await files.count(copy.path)) === eventCount(file);
  } catch (error) {
    if (error instanceof PinakesError && error.code === 'unavailable') return false;
    throw error;
  }
}

/** The events of a range from an offset on. */
async function* eventsOf(
  { store, files }: ReadingDeps,
  { file, partition, first, last, row }: ArchivedRange,
  from: number,
): AsyncIterable<LoggedEvent[]> {
  const rows = { from: row + Math.max(0, from - first), to: row + last - first + 1 };
  await using copy = await store.local(file.name);
  for await (const some of files.read(copy.path, eventColumns, rows))
    yield some.map((one) => eventOf(file.topic, partition, one));
}

/** The events of ranges from an offset on, each once. A file that a merge took away meanwhile is looked for anew. */
async function* eventsIn(
  deps: ReadingDeps,
  list: () => Promise<readonly ArchivedRange[]>,
  from: number,
): AsyncIterable<LoggedEvent[]> {
  let next = from;
  let ranges = (await list()).values();
  for (let step = ranges.next(); !step.done; step = ranges.next()) {
    const range = step.value;
    if (range.last < next) continue;
    try {
      for await (const events of eventsOf(deps, range, next)) {
        next = (events.at(-1)?.offset ?? next - 1) + 1;
        yield events;
      }
    } catch (error) {
      const now = await list();
      if (now.some(({ file }) => file.name === range.file.name)) throw error;
      ranges = now.values();
    }
  }
}

/** The events of a partition in order, each once. */
export async function* eventsFrom(
  deps: ReadingDeps,
  topic: string,
  partition: number,
  start: ArchiveStart,
): AsyncIterable<LoggedEvent[]> {
  const all = () => partitionRanges(deps.store, topic, partition);
  if ('offset' in start) return yield* eventsIn(deps, all, start.offset);
  const late = async () => (await all()).filter(({ file }) => (file.hour + 1) * hourMs > start.at);
  let isBegun = false;
  for await (const events of eventsIn(deps, late, 0)) {
    const first = isBegun ? 0 : events.findIndex(({ at }) => at >= start.at);
    if (first < 0) continue;
    isBegun = true;
    yield events.slice(first);
  }
}
