/** Nearest neighbours among pictures' vectors, with visibility decided inside the search. */
import type { Id } from '#kernel/ids';

/** One vector to be found. */
export interface VectorEntry {
  readonly key: Id;
  /** Goes up with every change of what the key stands for; a whole number from 0. */
  readonly version: number;
  /** `dimensions` finite numbers; only the direction counts. */
  readonly vector: Float32Array;
  /**
   * Who may find the entry: `public`, or names such as `board:<id>`, `user:<id>`. A query finds it
   * only when it names one of these; with an empty list nobody does.
   */
  readonly audiences: readonly string[];
}

/** A key that is gone, as of a version. */
export interface VectorRemoval {
  readonly key: Id;
  readonly version: number;
}

/** What to look for. */
export interface VectorQuery {
  /** `dimensions` finite numbers; only the direction counts. */
  readonly vector: Float32Array;
  /** The most matches to give, from 1 to `mostMatches`. */
  readonly limit: number;
  /** The audiences that the asker belongs to; name `public` too. */
  readonly audiences: readonly string[];
  /** Look among these keys only. Unknown ones, and ones that the audiences exclude, are passed over. */
  readonly among?: readonly Id[];
}

/** A found entry. */
export interface VectorMatch {
  readonly key: Id;
  /** Cosine similarity, from -1 to 1; 0 where either vector is all zeros. Good to 0.002. */
  readonly score: number;
}

/** The largest `limit` of a query. */
export const mostMatches = 10_000;

/**
 * An index of vectors by key. Every change carries a version: the highest one wins, whatever the
 * order of arrival, and where an upsert and a removal have the same version the removal wins. So
 * events may come late, twice or out of order. A change is found by every query made after its promise settled.
 *
 * Vectors of another length, or with a value that is not finite, throw `InvalidInputError`, and
 * nothing of that call is done. After `close` every call rejects with `UnavailableError`.
 */
export interface VectorIndex {
  /** Length of every vector. */
  readonly dimensions: number;
  /** Adds or replaces entries. An entry's new audiences count from then on, in full. */
  upsert(entries: readonly VectorEntry[]): Promise<void>;
  /** Removes keys, known or not: an upsert of the same or an older version no longer brings them back. */
  remove(removals: readonly VectorRemoval[]): Promise<void>;
  /**
   * For each query, in order: its matches, best first, equal scores by ascending key (as numbers),
   * no key twice. May miss some of a large public library's matches (recall@10 is at least 0.95); never any
   * among other audiences' entries, among the keys of `among`, or in libraries of under two thousand.
   */
  nearest(queries: readonly VectorQuery[]): Promise<VectorMatch[][]>;
  /** The vectors of these keys at unit length, to half precision, whatever their audiences; unknown keys are left out. */
  get(keys: readonly Id[]): Promise<Map<Id, Float32Array>>;
  /** Number of entries. */
  size(): Promise<number>;
  /** Makes everything so far durable; `mark` (consumer offsets, say) is stored atomically with it. */
  checkpoint(mark: string): Promise<void>;
  /** The mark of the last checkpoint; undefined for a new or cleared index, and one whose files were unusable. */
  mark(): Promise<string | undefined>;
  /** Forgets everything, removals and mark included, at once and durably. */
  clear(): Promise<void>;
  /** Lets go of memory and files; does not checkpoint. May be called twice. */
  close(): Promise<void>;
}
