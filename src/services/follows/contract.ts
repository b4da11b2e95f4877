/** Follows: people and boards whose new pins one wants to see. */
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';

/** The body of `follow.created` and `follow.removed`; the event's `id` is the follower, its `version` the edge's sequence. */
export interface FollowBody {
  /** The person or board followed. */
  readonly target: Id;
}

/** The counter of a person's or a board's followers. */
export function followersCounter(target: Id): string {
  return `followers:${target}`;
}

/** The follows service. Both directions are kept; the followee's side is derived and converges. */
export interface Follows {
  /** Follows a person or a visible board; again changes nothing. One cannot follow oneself. */
  follow(actor: Actor, target: Id): Promise<void>;
  unfollow(actor: Actor, target: Id): Promise<void>;
  /** Which of the targets the viewer follows. */
  followed(viewer: Actor, targets: readonly Id[]): Promise<Set<Id>>;
  /** People and boards that a person follows, latest first. */
  following(userId: Id, limit: number): Promise<Id[]>;
  /** Followers of a person or a board, latest first, in pages behind `after`. */
  followers(
    target: Id,
    limit: number,
    after?: { sequence: number; to: Id },
  ): Promise<{ ids: Id[]; next: { sequence: number; to: Id } | null }>;
  /** Ends every follow of a target that is gone, with events; for jobs. Again changes nothing. */
  forgetTarget(target: Id): Promise<void>;
  /** Followers (derived, converges) and followed (exact), by id (person or board). */
  counts(ids: readonly Id[]): Promise<Map<Id, { followers: number; following: number }>>;
}
