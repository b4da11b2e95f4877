/** One file of a partition's events, with its index beside it. */
import { rm, stat } from 'node:fs/promises';
import { UnavailableError } from '#kernel/errors';
import type { Durability } from '#kernel/sqlite';
import { AppendFile } from './append-file.ts';
import { indexFile, type SegmentName, segmentFile } from './names.ts';
import { offsetOf, timeOf } from './record.ts';
import { type ScanEnd, scanFrames } from './scan.ts';
import { type Coverage, SparseIndex } from './sparse-index.ts';

/** Where to read from: the file, its acknowledged size, its index, and the offsets that it stands for. */
export interface Readable {
  readonly path: string;
  readonly base: number;
  /** Behind the last offset. */
  readonly end: number;
  readonly size: number;
  readonly index: SparseIndex;
  /** Whether offsets may be missing. */
  readonly isCompacted: boolean;
}

/** Which events to read: from an offset on, none at or behind `end`. */
export interface Wanted {
  readonly offset: number;
  readonly end: number;
  readonly limit: number;
}

/** Visits frames from where the index left off, filling it; answers where sound frames end. */
async function extend(
  { path: file, base, size, isCompacted }: Pick<Readable, 'path' | 'base' | 'size' | 'isCompacted'>,
  known: Awaited<ReturnType<typeof SparseIndex.load>>,
): Promise<{ index: SparseIndex; covers: Coverage; scan: ScanEnd }> {
  const usable = known && known.covers.size <= size ? known : undefined;
  const index = usable?.index ?? new SparseIndex();
  let end = usable?.covers.end ?? base;
  const scan = await scanFrames(
    { path: file, position: usable?.covers.size ?? 0, size },
    (body, position) => {
      const offset = offsetOf(body);
      // A frame out of order is left by a write that was given up: what follows it was never acknowledged.
      if (isCompacted ? !(offset >= end) : offset !== end) return false;
      index.note(offset, position);
      end = offset + 1;
      return true;
    },
  );
  return { index, covers: { size: scan.position, end }, scan };
}

/** What a reader is told about bytes that are not what was written. */
export const damaged = (file: string, position: number): UnavailableError =>
  new UnavailableError(`${file} is damaged at byte ${position}`);

/** A segment that takes no more events. Its index is read, or made and stored, at the first need. */
export class SealedSegment {
  readonly path: string;
  readonly base: number;
  readonly end: number;
  readonly size: number;
  readonly isCompacted: boolean;
  #ready: Promise<Readable> | undefined;
  #lastAt: number | undefined;

  constructor(segment: Omit<Readable, 'index'>, index?: SparseIndex) {
    this.path = segment.path;
    this.base = segment.base;
    this.end = segment.end;
    this.size = segment.size;
    this.isCompacted = segment.isCompacted;
    if (index) this.#ready = Promise.resolve({ ...segment, index });
  }

  static async open({ file, base, end = base, isCompacted }: SegmentName): Promise<SealedSegment> {
    const { size } = await stat(file);
    return new SealedSegment({ path: file, base, end, size, isCompacted });
  }

  /** With its index. */
  readable(): Promise<Readable> {
    this.#ready ??= this.#load().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  /** When its last event was appended; 0 when it holds none. */
  async lastAt(): Promise<number> {
    this.#lastAt ??= await lastTime(await this.readable());
    return this.#lastAt;
  }

  /** Removes its files. */
  async remove(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(indexFile(this.path), { force: true });
  }

  async #load(): Promise<Readable> {
    const { path, base, end, size, isCompacted } = this;
    const known = await SparseIndex.load(indexFile(path));
    const { index, covers, scan } = await extend(this, known);
    if (!scan.sound || covers.size < size) throw damaged(path, covers.size);
    if (known?.covers.size !== size) await index.save(indexFile(path), covers);
    return { path, base, end, size, index, isCompacted };
  }
}

/** When the last event of a segment was appended; 0 when it holds none. Cost: a walk over 16 kB. */
export async function lastTime({ path, size, index, end }: Readable): Promise<number> {
  let last = 0;
  await scanFrames({ path, position: index.find(end), size }, (body) => {
    last = timeOf(body);
    return true;
  });
  return last;
}

/** Gives wanted events of a segment to `take`, as frames' bodies valid during the call; answers the offset to go on at. */
export async function readSegment(
  { path, size, index, end, isCompacted }: Readable,
  wanted: Wanted,
  take: (body: Buffer, position: number) => void,
): Promise<number> {
  const through = Math.min(end, wanted.end);
  let next = wanted.offset;
  let left = wanted.limit;
  const visit = (body: Buffer, position: number): boolean => {
    const at = offsetOf(body);
    if (at < wanted.offset) return true;
    if (left === 0 || at >= through || (at !== next && !isCompacted)) return false;
    take(body, position);
    next = at + 1;
    left--;
    return true;
  };
  const { position, sound } = await scanFrames({ path, position: index.find(next), size }, visit);
  if (left === 0) return next;
  const isWhole = sound && (isCompacted || next === through);
  if (!isWhole && next === wanted.offset) throw damaged(path, position);
  return isWhole ? through : next;
}

/** The segment that takes new events. */
export class ActiveSegment implements Readable {
  readonly base: number;
  readonly index: SparseIndex;
  readonly isCompacted = false;
  readonly #file: AppendFile;
  #end: number;
  #savedSize: number;

  private constructor(base: number, file: AppendFile, index: SparseIndex, covers: Coverage) {
    this.base = base;
    this.#file = file;
    this.index = index;
    this.#end = covers.end;
    this.#savedSize = covers.size;
  }

  /**
   * Opens the last segment of a partition, or makes a new one. What a crash left torn at its end is cut off and
   * told to `onTorn`. Cost: a scan of what was written since the index was last stored.
   */
  static async open(
    folder: string,
    base: number,
    durability: Durability,
    onTorn: (file: string, bytes: number) => void,
  ): Promise<ActiveSegment> {
    const file = await AppendFile.open(segmentFile(folder, base), durability);
    const known = await SparseIndex.load(indexFile(file.path));
    const { index, covers } = await extend(
      { path: file.path, base, size: file.size, isCompacted: false },
      known,
    );
    if (covers.size < file.size) {
      onTorn(file.path, file.size - covers.size);
      await file.truncate(covers.size);
    }
    return new ActiveSegment(base, file, index, covers);
  }

  get path(): string {
    return this.#file.path;
  }
  get size(): number {
    return this.#file.size;
  }
  /** The offset that the next event gets. */
  get end(): number {
    return this.#end;
  }
  /** Bytes that an opening after a crash would have to scan. */
  get unindexed(): number {
    return this.size - this.#savedSize;
  }

  /** Appends frames of consecutive events from `end` on; durable when it resolves. */
  async append(bytes: Buffer, lengths: readonly number[]): Promise<void> {
    let position = this.size;
    await this.#file.append(bytes);
    for (const length of lengths) {
      this.index.note(this.#end++, position);
      position += length;
    }
  }

  /** The segment once it takes no more events. */
  sealed(): SealedSegment {
    const { path, base, end, size, index, isCompacted } = this;
    return new SealedSegment({ path, base, end, size, isCompacted }, index);
  }

  /** Stores the index, so that the next opening is quick. */
  async saveIndex(): Promise<void> {
    const covers = { size: this.size, end: this.#end };
    await this.#file.sync();
    await this.index.save(indexFile(this.path), covers);
    this.#savedSize = covers.size;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
