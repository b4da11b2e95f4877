/** Proof that every offset is in exactly one file, and that files say what the log said. */
import { isDeepStrictEqual } from 'node:util';
import type { Row } from '#engines/column-files/port';
import { PinakesError } from '#kernel/errors';
import type { ArchiveWorkDeps } from './archiver.ts';
import { type ArchiveVerification, archiveGroup, type OnProgress } from './contract.ts';
import { topicPrefix } from './names.ts';
import {
  type ArchivedFile,
  type ArchivedRange,
  eventCount,
  filesUnder,
  ofPartition,
  rangesOf,
  sortedOut,
} from './ranges.ts';
import { isRowOf } from './reading.ts';
import { columns, rowOf } from './rows.ts';

/** What to check. */
export interface VerifyOptions {
  readonly topics: readonly string[];
  /** Only names, rows and what is committed. */
  readonly quick: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

const listed = 100;

/** For one check. */
export class Verifier {
  readonly #deps: Pick<ArchiveWorkDeps, 'log' | 'store' | 'files'>;
  readonly #options: VerifyOptions;
  readonly #problems: string[] = [];
  #files = 0;
  #events = 0;
  #compared = 0;

  constructor(deps: Pick<ArchiveWorkDeps, 'log' | 'store' | 'files'>, options: VerifyOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  async verify(): Promise<ArchiveVerification> {
    for (const topic of this.#options.topics) await this.#topic(topic);
    const problems = this.#problems.slice(0, listed);
    const more = this.#problems.length - problems.length;
    return {
      files: this.#files,
      events: this.#events,
      compared: this.#compared,
      problems: more > 0 ? [...problems, `and ${more} more`] : problems,
    };
  }

  async #topic(topic: string): Promise<void> {
    const { files, strangers } = await filesUnder(this.#deps.store, topicPrefix(topic));
    for (const name of strangers) this.#problems.push(`${name} is no file of the archive`);
    const { living, left } = sortedOut(files);
    for (const [{ name }, by] of left)
      this.#problems.push(
        `${name} is in ${by.name} too: a merge was broken off, and the next run removes it`,
      );
    const { partitions } = this.#deps.log;
    for (const partition of new Set(files.flatMap(({ ranges }) => ranges.map((range) => range.partition))))
      if (partition >= partitions) this.#problems.push(`${topic} has no partition ${partition}`);
    for (let partition = 0; partition < partitions; partition++)
      await this.#offsets(topic, partition, ofPartition(living, partition));
    for (const [i, file] of living.entries()) {
      this.#options.signal?.throwIfAborted();
      this.#options.onProgress?.(`Checking ${topic}`, i + 1, living.length);
      await this.#file(file);
    }
  }

  /** Whether ranges follow one another without gaps, from the log's beginning to what is committed. */
  async #offsets(topic: string, partition: number, ranges: readonly ArchivedRange[]): Promise<void> {
    const { log } = this.#deps;
    const where = `${topic} partition ${partition}`;
    const committed = await log.committed(archiveGroup, topic, partition);
    const [start, end] = await Promise.all([log.start(topic, partition), log.end(topic, partition)]);
    let next = Math.min(start, ranges[0]?.first ?? start);
    for (const { file, first, last } of ranges) {
      if (first > next) this.#problems.push(`${where}: offsets ${next} to ${first - 1} are in no file`);
      if (first < next)
        this.#problems.push(`${where}: offsets from ${first} on are in another file than ${file.name} too`);
      next = Math.max(next, last + 1);
    }
    if (next < committed) this.#problems.push(`${where}: offsets ${next} to ${committed - 1} are in no file`);
    if (next > end && ranges.length > 0)
      this.#problems.push(`${where}: files go on to offset ${next - 1}, the log only to ${end - 1}`);
  }

  async #file(file: ArchivedFile): Promise<void> {
    const said = eventCount(file);
    this.#files++;
    this.#events += said;
    try {
      await using copy = await this.#deps.store.local(file.name);
      const held = await this.#deps.files.count(copy.path);
      if (held !== said) return this.#bad(file, `holds ${held} events instead of ${said}`);
      if (this.#options.quick) return;
      for (const range of rangesOf(file)) await this.#range(range, copy.path);
    } catch (error) {
      if (!(error instanceof PinakesError)) throw error;
      this.#bad(file, error.message);
    }
  }

  async #range(range: ArchivedRange, path: string): Promise<void> {
    const { file, row, first, last } = range;
    let next = first;
    const pieces = this.#deps.files.read(path, columns, { from: row, to: row + last - first + 1 });
    for await (const rows of pieces) {
      this.#options.signal?.throwIfAborted();
      const stray = rows.findIndex((one, i) => !isRowOf(range, one, next + i));
      if (stray >= 0) return this.#bad(file, `holds something else at offset ${next + stray}`);
      const differing = await this.#differing(range, rows, next);
      if (differing !== undefined) return this.#bad(file, `differs from the log at offset ${differing}`);
      next += rows.length;
    }
  }

  /** The first offset at which rows are not what the log has; undefined when there is none. */
  async #differing(range: ArchivedRange, rows: readonly Row[], first: number): Promise<number | undefined> {
    const { partition } = range;
    const { topic } = range.file;
    let at = Math.max(first, await this.#deps.log.start(topic, partition));
    const end = first + rows.length;
    while (at < end) {
      const events = await this.#deps.log.read(topic, partition, at, Math.min(500, end - at));
      if (events.length === 0) return undefined;
      const wrong = events.find((event) => !isDeepStrictEqual(rowOf(event), rows[event.offset - first]));
      if (wrong) return wrong.offset;
      this.#compared += events.length;
      at = (events.at(-1)?.offset ?? at) + 1;
    }
    return undefined;
  }

  #bad({ name }: ArchivedFile, what: string): void {
    this.#problems.push(`${name} ${what}`);
  }
}
