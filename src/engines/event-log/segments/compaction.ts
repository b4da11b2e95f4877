/**
 * Compaction by key. First all sealed segments are read for the last offset of each key; then runs of segments, as many as
 * fit into one when only what is live is counted, are copied without what a later event of the same key supersedes, and
 * without tombstones that are old enough. A run is replaced by one file in one rename; what a crash leaves of the old files
 * is known by its name. Memory: the keys of a partition. Source: the log cleaner of Apache Kafka.
 */

import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Durability } from '#kernel/sqlite';
import { syncFolder } from '#kernel/sync';
import { AppendFile } from './append-file.ts';
import { headerBytes } from './frame.ts';
import { compactedFile, indexFile } from './names.ts';
import { isTombstone, keyOf, offsetOf, timeOf } from './record.ts';
import { scanFrames } from './scan.ts';
import { damaged, SealedSegment } from './segment.ts';
import { SparseIndex } from './sparse-index.ts';

/** How to compact. */
export interface CompactionOptions {
  readonly segmentBytes: number;
  readonly durability: Durability;
  /** Tombstones that were appended before this time go. */
  readonly tombstonesBefore: number;
}

interface Last {
  readonly offset: number;
  readonly bytes: number;
}

const chunkBytes = 1024 * 1024;

/** Whether so much of what is sealed was never compacted that it is worth the work: half of the bytes. */
export function isWorthwhile(segments: readonly SealedSegment[]): boolean {
  const sum = (some: readonly SealedSegment[]): number => some.reduce((bytes, { size }) => bytes + size, 0);
  const fresh = sum(segments.filter(({ isCompacted }) => !isCompacted));
  return fresh > 0 && fresh >= sum(segments) / 2;
}

async function visitAll(segment: SealedSegment, visit: (body: Buffer) => void): Promise<void> {
  const { path: file, size } = segment;
  const { position, sound } = await scanFrames({ path: file, position: 0, size }, (body) => {
    visit(body);
    return true;
  });
  if (!sound) throw damaged(file, position);
}

async function lastOfKeys(segments: readonly SealedSegment[]): Promise<Map<string, Last>> {
  const last = new Map<string, Last>();
  for (const segment of segments) {
    await visitAll(segment, (body) => {
      last.set(keyOf(body), { offset: offsetOf(body), bytes: headerBytes + body.length });
    });
  }
  return last;
}

/** The bytes that are live in each segment. */
function liveBytes(
  segments: readonly SealedSegment[],
  last: ReadonlyMap<string, Last>,
): Map<SealedSegment, number> {
  const live = new Map<SealedSegment, number>(segments.map((segment) => [segment, 0]));
  for (const { offset, bytes } of last.values()) {
    const holder = segments.findLast(({ base }) => base <= offset);
    if (holder) live.set(holder, (live.get(holder) ?? 0) + bytes);
  }
  return live;
}

/** Runs of neighbours whose live events fit into a segment, where there is something to drop. */
function runsOf(live: ReadonlyMap<SealedSegment, number>, segmentBytes: number): SealedSegment[][] {
  const runs: SealedSegment[][] = [];
  let room = 0;
  for (const [segment, bytes] of live) {
    if (runs.length === 0 || bytes > room) {
      runs.push([]);
      room = segmentBytes;
    }
    runs.at(-1)?.push(segment);
    room -= bytes;
  }
  return runs.filter((run) => run.length > 1 || run.some((one) => live.get(one) !== one.size));
}

/** Writes frames behind each other, indexing them. */
class Copy {
  readonly index = new SparseIndex();
  readonly #file: AppendFile;
  #chunks: Buffer[] = [];
  #bytes = 0;
  size = 0;

  constructor(file: AppendFile) {
    this.#file = file;
  }

  add(offset: number, frame: Buffer): void {
    this.index.note(offset, this.size);
    this.#chunks.push(frame);
    this.#bytes += frame.length;
    this.size += frame.length;
  }

  async flush(atLeast = 0): Promise<void> {
    if (this.#bytes <= atLeast) return;
    await this.#file.append(Buffer.concat(this.#chunks));
    this.#chunks = [];
    this.#bytes = 0;
  }
}

async function rewrite(
  run: readonly SealedSegment[],
  last: ReadonlyMap<string, Last>,
  { durability, tombstonesBefore }: CompactionOptions,
): Promise<SealedSegment> {
  const [base, end] = [run[0]?.base ?? 0, run.at(-1)?.end ?? 0];
  const file = compactedFile(run[0]?.path ?? '', base, end);
  const temporary = `${file}.tmp`;
  await rm(temporary, { force: true });
  const output = await AppendFile.open(temporary, 'process');
  const copy = new Copy(output);
  try {
    for (const segment of run) {
      // Frames lie behind their headers in the bytes that were read: body and header are copied as they are.
      await visitAll(segment, (body) => {
        const offset = offsetOf(body);
        if (last.get(keyOf(body))?.offset !== offset) return;
        if (isTombstone(body) && timeOf(body) < tombstonesBefore) return;
        const frame = Buffer.from(body.buffer, body.byteOffset - headerBytes, headerBytes + body.length);
        copy.add(offset, Buffer.from(frame));
      });
      await copy.flush(chunkBytes);
    }
    await copy.flush();
    await output.sync();
  } finally {
    await output.close();
  }
  await copy.index.save(indexFile(file), { size: copy.size, end });
  await rename(temporary, file);
  if (durability === 'power') await syncFolder(path.dirname(file));
  return new SealedSegment({ path: file, base, end, size: copy.size, isCompacted: true }, copy.index);
}

/** Compacts the sealed segments of a partition; `replace` is called with each run and what takes its place, already on disk. */
export async function compact(
  segments: readonly SealedSegment[],
  options: CompactionOptions,
  replace: (run: readonly SealedSegment[], by: SealedSegment) => Promise<void>,
): Promise<void> {
  const last = await lastOfKeys(segments);
  for (const run of runsOf(liveBytes(segments, last), options.segmentBytes))
    await replace(run, await rewrite(run, last, options));
}
