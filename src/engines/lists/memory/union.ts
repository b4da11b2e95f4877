/** The best of several sorted lists. */
import type { Id } from '#kernel/ids';
import type { ListEntry } from '../port.ts';
import { compareIds } from './id-table.ts';
import type { SortedList } from './sorted-list.ts';

interface Head {
  readonly list: SortedList;
  place: number;
  entry: ListEntry;
}

function isBetter(a: ListEntry, b: ListEntry): boolean {
  return a.score !== b.score ? a.score > b.score : compareIds(a.id, b.id) > 0;
}

/** Merges lists, each id once at its best score, until there are `limit`. Cost: lists × limit comparisons. */
export function mergeBest(lists: readonly SortedList[], limit: number): ListEntry[] {
  const best = new Map<Id, ListEntry>();
  let heads = lists
    .filter(({ length }) => length > 0)
    .map((list): Head => ({ list, place: 0, entry: list.at(0) }));
  while (best.size < limit) {
    const [first, ...others] = heads;
    if (!first) break;
    const head = others.reduce((a, b) => (isBetter(b.entry, a.entry) ? b : a), first);
    if (!best.has(head.entry.id)) best.set(head.entry.id, head.entry);
    head.place += 1;
    if (head.place < head.list.length) head.entry = head.list.at(head.place);
    else heads = heads.filter((other) => other !== head);
  }
  return [...best.values()];
}
