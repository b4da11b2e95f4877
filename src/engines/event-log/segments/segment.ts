/** One file of a partition's events, with its index beside it. Named by the offset of its first event. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { UnavailableError } from '#kernel/errors';
import type { Durability } from '#kernel/sqlite';
import { AppendFile } from './append-file.ts';
import { offsetOf } from './record.ts';
import { type ScanEnd, scanFrames } from './scan.ts';
import { type Coverage, SparseIndex } from './sparse-index.ts';

const digits = 20;

/** The file of the segment that starts at an offset. */
export const segmentFile = (folder: string, base: number): string =>
  path.join(folder, `${String(base).padStart(digits, '0')}.log`);

/** The offset in the name of a segment file; undefined for other files. */
export function baseOf(name: string): number | undefined {
  const match = /^([0-9]{20})\.log$/.exec(name);
  return match ? Number(match[1]) : undefined;
}

const indexFile = (file: string): string => file.replace(/log$/, 'index');

/** Where to read from: the file, its acknowledged size and its index. */
export interface Readable {
  readonly path: string;
  readonly base: number;
  readonly size: number;
  readonly index: SparseIndex;
}

/** Visits frames from where the index left off, filling it; answers where sound frames end. */
async function extend(
  file: string,
  base: number,
  size: number,
  known: Awaited<ReturnType<typeof SparseIndex.load>>,
): Promise<{ index: SparseIndex; covers: Coverage; scan: ScanEnd }> {
  const usable = known && known.covers.size <= size ? known : undefined;
  const index = usable?.index ?? new SparseIndex();
  let end = usable?.covers.end ?? base;
  const scan = await scanFrames(
    { path: file, position: usable?.covers.size ?? 0, size },
    (body, position) => {
      // A frame out of order is left by a write that was given up: what follows it was never acknowledged.
      if (offsetOf(body) !== end) return false;
      index.note(end++, position);
      return true;
    },
  );
  return { index, covers: { size: scan.position, end }, scan };
}

/** Opens a segment that takes no more events. Its index is read, or made and stored, at the first need. */
export async function openSealed(file: string, base: number): Promise<() => Promise<Readable>> {
  const { size } = await stat(file);
  let ready: Promise<Readable> | undefined;
  const load = async (): Promise<Readable> => {
    const known = await SparseIndex.load(indexFile(file));
    const { index, covers, scan } = await extend(file, base, size, known);
    if (!scan.sound || covers.size < size) throw damaged(file, covers.size);
    if (known?.covers.size !== size) await index.save(indexFile(file), covers);
    return { path: file, base, size, index };
  };
  return () => {
    ready ??= load().catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
    return ready;
  };
}

/** What a reader is told about bytes that are not what was written. */
export const damaged = (file: string, position: number): UnavailableError =>
  new UnavailableError(`${file} is damaged at byte ${position}`);

/** The segment that takes new events. */
export class ActiveSegment implements Readable {
  readonly base: number;
  readonly index: SparseIndex;
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
    const { index, covers } = await extend(file.path, base, file.size, known);
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
