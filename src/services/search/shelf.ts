/** Lists that are being paged through, kept a while so that a scroll sees one list from its first page to its last. */
import { createHash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Actor } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import { decodeCursor, encodeCursor } from '#kernel/cursor';
import type { Skeleton } from './skeleton.ts';
import { viewerKey } from './viewer.ts';

/** What a cursor says: which query it belongs to, which list, where in it. */
interface Position {
  readonly query: string;
  readonly list: string;
  readonly at: number;
}

/** A list to cut a page from, and what the cursor of the next page is. */
export interface Held<S extends Skeleton> {
  readonly skeleton: S;
  readonly from: number;
  cursor(next: number | null): string | null;
}

const most = 200;
const keptMs = 10 * 60_000;

/** The lists, by name. */
export class Shelf<S extends Skeleton> {
  readonly #lists: LRUCache<string, S>;

  constructor(clock: Clock) {
    this.#lists = new LRUCache({ max: most, ttl: keptMs, ttlResolution: 0, perf: clock });
  }

  /**
   * The list that a cursor continues, or a new one: without a cursor, and where the list was dropped, in which case
   * the new one is continued at the same place. Throws `InvalidInputError` for the cursor of another query.
   */
  take(viewer: Actor, query: string, cursor: string | undefined, make: () => S): Held<S> {
    const hash = createHash('sha256').update(query).digest('base64url').slice(0, 12);
    const belongs = (value: unknown): value is Position => isPosition(value) && value.query === hash;
    const position = cursor === undefined ? undefined : decodeCursor(cursor, belongs);
    const list = position?.list ?? randomBytes(9).toString('base64url');
    const key = `${viewerKey(viewer)} ${hash} ${list}`;
    const skeleton = this.#lists.get(key) ?? make();
    this.#lists.set(key, skeleton);
    return {
      skeleton,
      from: position?.at ?? 0,
      cursor: (next) => (next === null ? null : encodeCursor({ query: hash, list, at: next })),
    };
  }
}

function isPosition(value: unknown): value is Position {
  if (typeof value !== 'object' || value === null) return false;
  if (!('query' in value && 'list' in value && 'at' in value)) return false;
  const isPlace = Number.isSafeInteger(value.at) && Number(value.at) >= 0;
  return isPlace && typeof value.list === 'string' && value.list.length <= 20;
}
