/**
 * Merging: the small files of an hour become one.
 *
 * The merged file is written beside, put under a name that tells its ranges, and only then its parts are removed. Whoever dies
 * between leaves parts whose events the merged file holds too: for readers of the archive they do not count, and the next run
 * removes them. Only what is committed is merged, so that no archiver still has to decide about it.
 */
import path from 'node:path';
import type { ArchiveStore } from '#engines/archive-store/port';
import type { ColumnFiles, Row } from '#engines/column-files/port';
import type { EventLog } from '#engines/event-log/port';
import type { Clock } from '#kernel/clock';
import { PinakesError, UnavailableError } from '#kernel/errors';
import { archiveGroup } from './contract.ts';
import { graceMs, hourMs, nameOf, type OffsetRange, topicPrefix } from './names.ts';
import {
  type ArchivedFile,
  type ArchivedRange,
  eventCount,
  filesUnder,
  rangesOf,
  sortedOut,
} from './ranges.ts';
import { isRowOf, isWhole } from './reading.ts';
import { columns } from './rows.ts';

/** What merging stands on. */
export interface MergerDeps {
  readonly log: Pick<EventLog, 'partitions' | 'committed'>;
  readonly store: ArchiveStore;
  readonly files: ColumnFiles;
  readonly clock: Clock;
  /** A folder of this process alone. */
  readonly work: string;
}

/** What merging needs to know. */
export interface MergeOptions {
  readonly topic: string;
  /** Whether this process may go on: no two may merge a topic at once. */
  readonly isMine: () => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What merging did. */
export interface Merged {
  /** Files that became part of larger ones. */
  readonly merged: number;
  /** Files that an earlier merge had left. */
  readonly removed: number;
}

/** Milliseconds after an hour at which its files are merged: what asks for the last hours is not disturbed. */
const restMs = hourMs + graceMs;
/** Larger ones stay as they are, and merged ones get not much larger. */
const smallBytes = 16 * 1024 * 1024;
/** File systems take 255 characters. */
const longestName = 230;
/** Hours that one run merges at most, so that nobody waits long for a run. */
const hoursARun = 48;

const inRows = (a: OffsetRange, b: OffsetRange): number => a.partition - b.partition || a.first - b.first;

/** Ranges in the order of their rows, those that touch as one. Undefined when any two overlap. */
function joinedRanges(ranges: readonly OffsetRange[]): OffsetRange[] | undefined {
  const joined: OffsetRange[] = [];
  for (const { partition, first, last } of ranges.toSorted(inRows)) {
    const before = joined.at(-1);
    const isNeighbour = before?.partition === partition;
    if (isNeighbour && before.last >= first) return undefined;
    if (isNeighbour && before.last + 1 === first) joined[joined.length - 1] = { ...before, last };
    else joined.push({ partition, first, last });
  }
  return joined;
}

/** The name of what some files of an hour become; undefined when they cannot be one. */
function mergedName(files: readonly ArchivedFile[]): string | undefined {
  const [one] = files;
  const ranges = joinedRanges(files.flatMap((file) => file.ranges));
  if (!one || !ranges) return undefined;
  const name = nameOf({ topic: one.topic, hour: one.hour, ranges });
  return name.length - name.lastIndexOf('/') > longestName ? undefined : name;
}

/** For one run. */
export class Merger {
  readonly #deps: MergerDeps;

  constructor(deps: MergerDeps) {
    this.#deps = deps;
  }

  /** Merges what is old enough of a topic, the oldest hours first. */
  async run(options: MergeOptions): Promise<Merged> {
    const { files } = await filesUnder(this.#deps.store, topicPrefix(options.topic));
    const hours = Map.groupBy(await this.#committed(options.topic, files), ({ hour }) => hour);
    const done = { merged: 0, removed: 0 };
    let left = hoursARun;
    for (const [hour, some] of [...hours].sort(([a], [b]) => a - b)) {
      options.signal?.throwIfAborted();
      if (!options.isMine() || left === 0) break;
      if (some.length === 1) continue;
      const { merged, removed } = await this.#hour(hour, some, options);
      done.merged += merged;
      done.removed += removed;
      if (merged > 0) left--;
    }
    return done;
  }

  /** Of files, those that no archiver has to look at any more. */
  async #committed(topic: string, files: readonly ArchivedFile[]): Promise<ArchivedFile[]> {
    const { log } = this.#deps;
    const all = Array.from({ length: log.partitions }, (_, partition) =>
      log.committed(archiveGroup, topic, partition),
    );
    const committed = await Promise.all(all);
    return files.filter(({ ranges }) =>
      ranges.every(({ partition, last }) => last < (committed[partition] ?? 0)),
    );
  }

  async #hour(hour: number, files: readonly ArchivedFile[], options: MergeOptions): Promise<Merged> {
    const { living, left } = sortedOut(files);
    const removed = await this.#sweep(left);
    if (this.#deps.clock.now() < (hour + 1) * hourMs + restMs) return { merged: 0, removed };
    let merged = 0;
    for (const pack of packed(living)) merged += await this.#merge(pack, options);
    return { merged, removed };
  }

  /** Removes what a merge left. */
  async #sweep(left: ReadonlyMap<ArchivedFile, ArchivedFile>): Promise<number> {
    let removed = 0;
    for (const [file, by] of left) {
      if (!(await isWhole(this.#deps, by))) continue;
      await this.#deps.store.remove(file.name);
      removed++;
    }
    return removed;
  }

  /** Makes files one; how many there were. None where one of them is damaged, which a check of the archive tells. */
  async #merge(files: readonly ArchivedFile[], { isMine }: MergeOptions): Promise<number> {
    const name = mergedName(files);
    if (name === undefined || files.length < 2) return 0;
    const { store, work } = this.#deps;
    const file = path.join(work, 'merged.parquet');
    if (!(await this.#isWritten(file, files)) || !isMine()) return 0;
    await store.put(name, file);
    await Promise.all(files.map((part) => store.remove(part.name)));
    return files.length;
  }

  async #isWritten(file: string, parts: readonly ArchivedFile[]): Promise<boolean> {
    const expected = parts.reduce((sum, part) => sum + eventCount(part), 0);
    try {
      for (const part of parts) if (!(await isWhole(this.#deps, part))) return false;
      return (await this.#deps.files.write(file, columns, this.#rows(parts))) === expected;
    } catch (error) {
      if (error instanceof PinakesError && error.code === 'unavailable') return false;
      throw error;
    }
  }

  async *#rows(parts: readonly ArchivedFile[]): AsyncIterable<readonly Row[]> {
    for (const range of parts.flatMap(rangesOf).sort(inRows)) yield* this.#rowsOf(range);
  }

  /** The rows of a range. Throws `UnavailableError` where the file holds anything else. */
  async *#rowsOf(range: ArchivedRange): AsyncIterable<readonly Row[]> {
    const { file, row, first, last } = range;
    await using copy = await this.#deps.store.local(file.name);
    let next = first;
    const pieces = this.#deps.files.read(copy.path, columns, { from: row, to: row + last - first + 1 });
    for await (const rows of pieces) {
      if (!rows.every((one, i) => isRowOf(range, one, next + i)))
        throw new UnavailableError(`${file.name} does not hold what its name says`);
      next += rows.length;
      yield rows;
    }
  }
}

/** Small files in packs that become one each. */
function packed(files: readonly ArchivedFile[]): ArchivedFile[][] {
  const small = files.filter(({ bytes }) => bytes < smallBytes);
  const packs: ArchivedFile[][] = [];
  for (const file of small.toSorted((a, b) => inRows(a.ranges[0] ?? never, b.ranges[0] ?? never))) {
    const pack = packs.at(-1);
    const bytes = pack?.reduce((sum, one) => sum + one.bytes, file.bytes) ?? 0;
    if (pack && bytes <= 2 * smallBytes && mergedName([...pack, file]) !== undefined) pack.push(file);
    else packs.push([file]);
  }
  return packs;
}

const never: OffsetRange = { partition: 0, first: 0, last: -1 };
