/** Proof that every offset is in exactly one file, and that files say what the log said. */
import { isDeepStrictEqual } from 'node:util';
import type { Row } from '#engines/column-files/port';
import { PinakesError } from '#kernel/errors';
import type { ArchiveWorkDeps } from './archiver.ts';
import { type ArchiveVerification, archiveGroup, type OnProgress } from './contract.ts';
import { hourOf, topicPrefix } from './names.ts';
import { type ArchivedFile, filesUnder } from './ranges.ts';
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
    const byPartition = Map.groupBy(files, ({ partition }) => partition);
    for (const partition of byPartition.keys())
      if (partition >= this.#deps.log.partitions)
        this.#problems.push(`${topic} has no partition ${partition}`);
    let done = 0;
    for (let partition = 0; partition < this.#deps.log.partitions; partition++) {
      const own = (byPartition.get(partition) ?? []).sort((a, b) => a.first - b.first || a.last - b.last);
      await this.#offsets(topic, partition, own);
      for (const file of own) {
        this.#options.signal?.throwIfAborted();
        this.#options.onProgress?.(`Checking ${topic}`, ++done, files.length);
        await this.#file(file);
      }
    }
  }

  /** Whether files follow one another without gaps, from the log's beginning to what is committed. */
  async #offsets(topic: string, partition: number, files: readonly ArchivedFile[]): Promise<void> {
    const { log } = this.#deps;
    const where = `${topic} partition ${partition}`;
    const committed = await log.committed(archiveGroup, topic, partition);
    const [start, end] = await Promise.all([log.start(topic, partition), log.end(topic, partition)]);
    let next = Math.min(start, files[0]?.first ?? start);
    for (const { name, first, last } of files) {
      if (first > next) this.#problems.push(`${where}: offsets ${next} to ${first - 1} are in no file`);
      if (first < next)
        this.#problems.push(`${where}: offsets from ${first} on are in another file than ${name} too`);
      next = Math.max(next, last + 1);
    }
    if (next < committed) this.#problems.push(`${where}: offsets ${next} to ${committed - 1} are in no file`);
    if (next > end && files.length > 0)
      this.#problems.push(`${where}: files go on to offset ${next - 1}, the log only to ${end - 1}`);
  }

  async #file(file: ArchivedFile): Promise<void> {
    const said = file.last - file.first + 1;
    this.#files++;
    this.#events += said;
    try {
      await using copy = await this.#deps.store.local(file.name);
      const held = await this.#deps.files.count(copy.path);
      if (held !== said) return this.#bad(file, `holds ${held} events instead of ${said}`);
      if (!this.#options.quick) await this.#rows(file, this.#deps.files.read(copy.path, columns));
    } catch (error) {
      if (!(error instanceof PinakesError)) throw error;
      this.#bad(file, error.message);
    }
  }

  async #rows(file: ArchivedFile, pieces: AsyncIterable<readonly Row[]>): Promise<void> {
    let next = file.first;
    for await (const rows of pieces) {
      this.#options.signal?.throwIfAborted();
      const stray = rows.findIndex((row, i) => !isOf(file, row, next + i));
      if (stray >= 0) return this.#bad(file, `holds something else at offset ${next + stray}`);
      const differing = await this.#differing(file, rows, next);
      if (differing !== undefined) return this.#bad(file, `differs from the log at offset ${differing}`);
      next += rows.length;
    }
  }

  /** The first offset at which rows are not what the log has; undefined when there is none. */
  async #differing(file: ArchivedFile, rows: readonly Row[], first: number): Promise<number | undefined> {
    const { topic, partition } = file;
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

function isOf(file: ArchivedFile, row: Row, offset: number): boolean {
  return (
    Number(row['log_offset']) === offset &&
    row['log_partition'] === file.partition &&
    hourOf(Number(row['logged_at'])) === file.hour
  );
}
