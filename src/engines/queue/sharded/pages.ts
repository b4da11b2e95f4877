/** Lists of several shards as one, newest first. A cursor says of each shard how far it was read. */
import { decodeCursor, encodeCursor } from '#kernel/cursor';
import type { Job, JobsFound } from '../port.ts';

/** Newest first. */
export const byAge = (a: Job, b: Job): number => b.createdAt - a.createdAt || Number(b.id) - Number(a.id);

/** How far each shard was read, by its number: the last id; `end` when there is no more. */
export type Marks = ReadonlyMap<number, string>;

/** The mark of a shard that is read to its end. */
export const end = '0';

const isMark = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length === 2 &&
  Number.isInteger(value[0]) &&
  typeof value[1] === 'string' &&
  /^\d{1,16}$/.test(value[1]);

const areMarks = (value: unknown): value is [number, string][] => Array.isArray(value) && value.every(isMark);

/** The marks in a cursor; throws `InvalidInputError` for what is none. */
export function marksIn(cursor: string | undefined): Marks {
  return new Map(cursor === undefined ? [] : decodeCursor(cursor, areMarks));
}

/** A shard's page, of which more and more is taken. */
interface Stream {
  readonly number: number;
  readonly next: string | null;
  readonly items: Job[];
  mark: string | undefined;
}

function markOf({ items, next, mark }: Stream): string | undefined {
  return items.length > 0 ? mark : (next ?? end);
}

/** The stream with the newest job; undefined when one must be read on before anybody can say. */
function newest(streams: readonly Stream[]): Stream | undefined {
  if (streams.some(({ items, next }) => items.length === 0 && next !== null)) return undefined;
  const [best] = streams
    .flatMap((stream) => stream.items.slice(0, 1).map((job) => ({ stream, job })))
    .sort((a, b) => byAge(a.job, b.job));
  return best?.stream;
}

function take(streams: readonly Stream[], limit: number): Job[] {
  const taken: Job[] = [];
  while (taken.length < limit) {
    const stream = newest(streams);
    const job = stream?.items.shift();
    if (!stream || !job) return taken;
    stream.mark = job.id;
    taken.push(job);
  }
  return taken;
}

/** Pages by the numbers of their shards as one page, and where the next begins; shards without a page keep their marks. */
export function onePage(pages: ReadonlyMap<number, JobsFound>, marks: Marks, limit: number): JobsFound {
  const streams = [...pages].map(([number, { items, next }]) => ({
    number,
    next,
    items: [...items],
    mark: marks.get(number),
  }));
  const items = take(streams, limit);
  const after = streams.map((stream) => [stream.number, markOf(stream)] as const);
  if (after.every(([, mark]) => mark === end)) return { items, next: null };
  const known = new Map<number, string>(marks);
  for (const [number, mark] of after) if (mark !== undefined) known.set(number, mark);
  return { items, next: encodeCursor([...known]) };
}
