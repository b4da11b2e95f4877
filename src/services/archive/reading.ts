/** Events out of the archive's files, as they were in the log. */
import type { ArchiveStore } from '#engines/archive-store/port';
import type { ColumnFiles } from '#engines/column-files/port';
import type { LoggedEvent } from '#engines/event-log/port';
import type { ArchiveExtent, ArchiveStart } from './contract.ts';
import { hourMs } from './names.ts';
import { type ArchivedFile, filesOf } from './ranges.ts';
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
  let extent: ArchiveExtent | undefined;
  for (const { first, last } of await filesOf(store, topic, partition)) {
    if (!extent || first > extent.next) extent = { first, next: last + 1 };
    else extent = { first: extent.first, next: Math.max(extent.next, last + 1) };
  }
  return extent;
}

/** The events of some files from an offset on, each once. */
async function* eventsIn(
  { store, files: reader }: ReadingDeps,
  files: readonly ArchivedFile[],
  from: number,
): AsyncIterable<LoggedEvent[]> {
  let next = from;
  for (const { name, topic, partition, last } of files) {
    if (last < next) continue;
    await using copy = await store.local(name);
    for await (const rows of reader.read(copy.path, eventColumns)) {
      const fresh = rows.filter((row) => Number(row['log_offset']) >= next);
      next = Math.max(next, Number(rows.at(-1)?.['log_offset']) + 1);
      if (fresh.length > 0) yield fresh.map((row) => eventOf(topic, partition, row));
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
  const all = await filesOf(deps.store, topic, partition);
  if ('offset' in start) return yield* eventsIn(deps, all, start.offset);
  const files = all.filter(({ hour }) => (hour + 1) * hourMs > start.at);
  let isBegun = false;
  for await (const events of eventsIn(deps, files, 0)) {
    const first = isBegun ? 0 : events.findIndex(({ at }) => at >= start.at);
    if (first < 0) continue;
    isBegun = true;
    yield events.slice(first);
  }
}
