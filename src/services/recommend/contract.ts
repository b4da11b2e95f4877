/** Recommendation: candidates from several sources, ranked. */
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';

/** Where a candidate comes from. */
export type CandidateSource = 'followed' | 'similar' | 'popular' | 'fresh' | 'words';

/** A pin that might be shown. */
export interface Candidate {
  readonly pinId: Id;
  readonly mediaId: Id;
  readonly source: CandidateSource;
  /** 0 to 1 within its source. */
  readonly score: number;
}

/** The recommend service: skeletons only; visibility is decided when they are hydrated. */
export interface Recommend {
  /** Up to `limit` ranked pins for a person (follows, similar to their saves, fresh) or a stranger (popular and fresh, diverse); none of `exclude`. Deterministic for a `seed`. */
  home(viewer: Actor, limit: number, options: { seed: number; exclude: ReadonlySet<Id> }): Promise<Candidate[]>;
  /** Up to `limit` pins related to one: looks, words, board mates; never the pin itself or its picture again. */
  related(viewer: Actor, pinId: Id, limit: number): Promise<Candidate[]>;
}
