/** The text index port: words to documents, with visibility inside the search. */
import type { Id } from '#kernel/ids';

/** What kind of thing a document stands for. */
export type DocumentKind = 'pin' | 'board' | 'user';

/** A document. Fields weigh title > tags > body > extra. */
export interface TextDocument {
  readonly id: Id;
  readonly kind: DocumentKind;
  readonly version: number;
  readonly title: string;
  readonly tags: readonly string[];
  readonly body: string;
  /** Weakly matching words: board and owner names. */
  readonly extra: string;
  /** 'public', or names such as 'board:<id>': found only by queries that name one of them. */
  readonly audiences: readonly string[];
}

/** A query: plain words as typed; every word must match, the last one also as a prefix, words that match nothing are corrected. */
export interface TextQuery {
  readonly words: string;
  readonly kinds: readonly DocumentKind[];
  readonly audiences: readonly string[];
  readonly limit: number;
  readonly offset?: number | undefined;
}

/** A match; a higher score is better. Ties in order of id, newest first. */
export interface TextMatch {
  readonly id: Id;
  readonly kind: DocumentKind;
  readonly score: number;
}

/** What a query found. `corrected` is the query as it was understood when a word was mended. */
export interface TextResult {
  readonly matches: TextMatch[];
  readonly corrected: string | null;
}

/** The port. */
export interface TextIndex {
  /** Adds or replaces documents; an older version than the indexed one is ignored. */
  index(documents: readonly TextDocument[]): Promise<void>;
  /** Removes documents; a later arrival of an older version does not bring them back. */
  remove(removals: readonly { readonly id: Id; readonly version: number }[]): Promise<void>;
  query(query: TextQuery): Promise<TextResult>;
  /** Completions of what is being typed, most frequent first, from words and titles that the audiences may see. */
  suggest(prefix: string, audiences: readonly string[], limit: number): Promise<string[]>;
  size(): Promise<number>;
  clear(): Promise<void>;
  close(): Promise<void>;
}
