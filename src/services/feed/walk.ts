/** Walking a skeleton a page at a time. */
import type { Id } from '#kernel/ids';
import type { Grow, Skeleton } from './skeletons.ts';

/** A page of whatever ids were hydrated into; `next` is the place to go on from, null at the end. */
export interface Walked<T> {
  readonly items: T[];
  readonly next: number | null;
}

/** Presents ids in order, leaving out what the viewer may not see. */
export type Present<T> = (ids: readonly Id[]) => Promise<readonly T[]>;

/** Fills a page from place `from` on. What hydration leaves out is made up for by what follows. */
export async function walk<T>(
  skeleton: Skeleton,
  from: number,
  limit: number,
  grow: Grow,
  present: Present<T>,
): Promise<Walked<T>> {
  const items: T[] = [];
  let place = from;
  while (items.length < limit) {
    const wanted = limit - items.length;
    await skeleton.reach(place + wanted, grow);
    const ids = skeleton.ids.slice(place, place + wanted);
    if (ids.length === 0) return { items, next: null };
    items.push(...(await present(ids)));
    place += ids.length;
  }
  return { items, next: skeleton.ended && place >= skeleton.ids.length ? null : place };
}
