/**
 * The files of a partition. A segment is named by the offset of its first event; one that compaction made by the range of
 * offsets that it stands for, and by how often that range was compacted. No name is ever used for other content. A file whose
 * range lies within that of a compacted one, or of the same one compacted later, is left by a crash and counts for nothing.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

const digits = 20;
const padded = (offset: number): string => String(offset).padStart(digits, '0');

/** A segment by its name. */
export interface SegmentName {
  readonly file: string;
  readonly base: number;
  /** Behind the last offset that it stands for; undefined for the one that takes new events. */
  readonly end: number | undefined;
  readonly isCompacted: boolean;
}

/** The file of the segment that starts at an offset. */
export const segmentFile = (folder: string, base: number): string => path.join(folder, `${padded(base)}.log`);

/** The file that replaces a run of segments from `base` to `end`, whose first one is `first`. */
export function compactedFile(first: string, base: number, end: number): string {
  const before = parse(path.dirname(first), path.basename(first));
  const revision = before?.end === end ? before.revision + 1 : 1;
  return path.join(path.dirname(first), `${padded(base)}-${padded(end)}-${revision}.log`);
}

/** The stored index of a segment's file. */
export const indexFile = (file: string): string => file.replace(/log$/, 'index');

interface Parsed {
  readonly file: string;
  readonly base: number;
  readonly end: number | undefined;
  readonly revision: number;
}

function parse(folder: string, name: string): Parsed | undefined {
  const match = /^([0-9]{20})(?:-([0-9]{20})-([0-9]+))?\.log$/.exec(name);
  if (!match) return undefined;
  const [, base, end, revision = 0] = match;
  return {
    file: path.join(folder, name),
    base: Number(base),
    end: end === undefined ? undefined : Number(end),
    revision: Number(revision),
  };
}

/** Of those with one base the widest first, and of those the latest. */
const byRange = (a: Parsed, b: Parsed): number =>
  a.base - b.base || (b.end ?? b.base) - (a.end ?? a.base) || b.revision - a.revision;

/** The segments of a partition in order, and files that are none any more. The last one takes new events. */
export async function segmentsIn(folder: string): Promise<{ segments: SegmentName[]; stale: string[] }> {
  const names = await readdir(folder).catch(() => []);
  const found = names
    .map((name) => parse(folder, name))
    .filter((one) => one !== undefined)
    .sort(byRange);
  const kept: Parsed[] = [];
  const stale = names.filter((name) => name.endsWith('.tmp')).map((name) => path.join(folder, name));
  for (const one of found) {
    if (one.base < (kept.at(-1)?.end ?? 0)) stale.push(one.file);
    else kept.push(one);
  }
  const segments = kept.map(({ file, base, end }, i) => ({
    ...{ file, base, end: end ?? kept[i + 1]?.base },
    isCompacted: end !== undefined,
  }));
  return { segments, stale };
}
