/** Recommendation: candidates from several sources, ranked. */
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';

/** Where a candidate comes from. */
export type CandidateSource = 'followed' | 'similar' | 'popular' | 'fresh' | 'words' | 'board';

/** A pin that might be shown. */
export interface Candidate {
  readonly pinId: Id;
  readonly mediaId: Id;
  readonly boardId: Id;
  readonly source: CandidateSource;
  /** 0 to 1, comparable within its source. */
  readonly score: number;
}

/** What must not be recommended again. */
export interface Seen {
  readonly pins: ReadonlySet<Id>;
  readonly media: ReadonlySet<Id>;
}

/** The list of public pins by time of creation. */
export const freshList = 'fresh';
/** The list of public pins by popularity. */
export const popularList = 'popular';

/** The list of new pins of whom a person follows. */
export function followingList(userId: Id): string {
  return `following:${userId}`;
}

/** The recommend service: skeletons only; visibility is decided when they are hydrated. */
export interface Recommend {
  /**
   * Up to `limit` ranked pins for a person (follows, similar to their saves, popular, fresh) or a stranger (popular and
   * fresh), diverse in boards, each picture once, none of `seen`. The same `seed` gives the same order while the
   * library does not change.
   */
  home(viewer: Actor, limit: number, options: { seed: number; seen: Seen }): Promise<Candidate[]>;
  /** Up to `limit` pins related to `pinIds` (the first weighs most): looks, words, board mates; none of `seen`. */
  related(viewer: Actor, pinIds: readonly Id[], limit: number, seen: Seen): Promise<Candidate[]>;
}
