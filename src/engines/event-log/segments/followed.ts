/** A partition that another process appends to: read from its files, as far as that process tells that they go. */
import { stat } from 'node:fs/promises';
import { UnavailableError } from '#kernel/errors';
import type { LoggedEvent } from '../port.ts';
import type { Head } from './heads.ts';
import { indexFile, type SegmentName, segmentsIn } from './names.ts';
import { decodeRecord } from './record.ts';
import { readSegment } from './segment.ts';
import { SparseIndex } from './sparse-index.ts';

/** Which partition. */
export interface FollowedOptions {
  readonly folder: string;
  readonly topic: string;
  readonly partition: number;
  /** Where the partition begins and ends now. */
  readonly head: () => Promise<Head>;
}

/** A segment and where its events are, as far as was seen. */
interface Known {
  readonly name: SegmentName;
  readonly index: SparseIndex;
}

const tries = 5;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Holds nothing open. */
export class FollowedPartition {
  readonly #options: FollowedOptions;
  /** The last segment read from: consumers go on where they were. */
  #near: Known | undefined;

  constructor(options: FollowedOptions) {
    this.#options = options;
  }

  head(): Promise<Head> {
    return this.#options.head();
  }

  /** Up to `limit` events from `offset` on. */
  async read(offset: number, limit: number): Promise<LoggedEvent[]> {
    const events: LoggedEvent[] = [];
    const { start, end } = await this.head();
    let next = Math.max(offset, start);
    for (let tried = 1; next < end && events.length < limit; ) {
      try {
        next = await this.#readFile(next, { end, limit }, events);
      } catch (error) {
        // Removed or compacted between the look at the folder and the reading: the next look finds what there is.
        if (!isMissing(error) || tried++ >= tries) throw error;
        this.#near = undefined;
        next = Math.max(next, (await this.head()).start);
      }
    }
    return events;
  }

  async #readFile(
    offset: number,
    { end, limit }: { end: number; limit: number },
    into: LoggedEvent[],
  ): Promise<number> {
    const { topic, partition } = this.#options;
    const { name, index } = await this.#holding(offset);
    const { size } = await stat(name.file);
    const segment = { path: name.file, base: name.base, end: name.end ?? end, size, index };
    const take = (body: Buffer, position: number): void => {
      const event = decodeRecord(body, topic, partition);
      index.note(event.offset, position);
      into.push(event);
    };
    const wanted = { offset, end, limit: limit - into.length };
    return readSegment({ ...segment, isCompacted: name.isCompacted }, wanted, take);
  }

  async #holding(offset: number): Promise<Known> {
    const near = this.#near;
    if (near && near.name.base <= offset && offset < (near.name.end ?? 0)) return near;
    const { segments } = await segmentsIn(this.#options.folder);
    const name = segments.find((segment) => segment.end === undefined || segment.end > offset);
    if (!name || name.base > offset)
      throw new UnavailableError(`${this.#options.folder} lacks events from ${offset}`);
    if (near?.name.file === name.file) {
      this.#near = { name, index: near.index };
    } else {
      const stored = await SparseIndex.load(indexFile(name.file));
      this.#near = { name, index: stored?.index ?? new SparseIndex() };
    }
    return this.#near;
  }
}
