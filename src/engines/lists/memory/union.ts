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

function bestHead(heads: readonly Head[]): Head | undefined {
  let best = heads[0];
  for (const head of heads) if (best && isBetter(head.entry, best.entry)) best = head;
  return best;
}

/** Merges lists, each id once at its best score, until there are `limit`. Cost: lists × limit comparisons. */
export function mergeBest(lists: readonly SortedList[], limit: number): ListEntry[] {
  const best = new Map<Id, ListEntry>();
  const filled = lists.filter(({ length }) => length > 0);
  const heads = filled.map((list): Head => ({ list, place: 0, entry: list.at(0) }));
  while (best.size < limit) {
    const head = bestHead(heads);
    if (!head) break;
    if (!best.has(head.entry.id)) best.set(head.entry.id, head.entry);
    head.place += 1;
    if (head.place < head.list.length) head.entry = head.list.at(head.place);
    else heads.splice(heads.indexOf(head), 1);
  }
  return [...best.values()];
}
