/** The lists port: bounded lists of ids by score (feeds, fresh and popular pins). */
import type { Id } from '#kernel/ids';

/** A member of a list. Lists are ordered by score descending, then by id descending. */
export interface ListEntry {
  readonly id: Id;
  readonly score: number;
}

/** The port. A list holds an id once; pushing it again moves it to the new score. */
export interface Lists {
  /** Adds entries to each list and trims it to its best `keep`. Amortised O(log n) an entry. */
  push(
    pushes: readonly {
      readonly list: string;
      readonly entries: readonly ListEntry[];
      readonly keep: number;
    }[],
  ): Promise<void>;
  /** The best entries behind `after` (exclusive). */
  range(list: string, limit: number, after?: ListEntry): Promise<ListEntry[]>;
  /** The best of several lists together, each id once. */
  union(lists: readonly string[], limit: number): Promise<ListEntry[]>;
  /** Takes ids out of a list. */
  remove(list: string, ids: readonly Id[]): Promise<void>;
  /** Takes an id out of every list. */
  removeEverywhere(id: Id): Promise<void>;
  size(list: string): Promise<number>;
  /** Makes everything so far durable together with `mark` (the consumer's offsets). */
  checkpoint(mark: string): Promise<void>;
  /** The mark of the last durable checkpoint; undefined when there is none. */
  mark(): Promise<string | undefined>;
  clear(): Promise<void>;
  close(): Promise<void>;
}
