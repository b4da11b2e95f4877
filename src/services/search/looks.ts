/** Pins that look like what words found: for when words find little. */
import type { Actor } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { Pins } from '#services/pins/contract';
import type { SimilarMedia, Vision } from '#services/vision/contract';
import type { RankedPin } from './skeleton.ts';

/** What the search by looks stands on. */
export interface LooksDeps {
  readonly vision: Pick<Vision, 'similarToMany' | 'status'>;
  readonly pins: Pick<Pins, 'ofMedia'>;
}

/** How many of the best matches are looked around from (none half as good as the best), how far, and how many pins are added in all. */
const around = { matches: 5, each: 12, added: 24 } as const;
/** Less alike than this is not alike, in vectors of a projection; raw features are all alike. */
const leastAlike = 0.25;
/** Looks never score as high as words do. */
const most = 0.2;

/** Pins for pictures, in their order, with the scores that `scoreOf` gives; pictures without a visible pin are left out. */
export async function pinsOfMedia(
  pins: LooksDeps['pins'],
  viewer: Actor,
  similar: readonly SimilarMedia[],
): Promise<RankedPin[]> {
  const scores = new Map(similar.map(({ mediaId, score }) => [mediaId, score]));
  const found = await pins.ofMedia(viewer, [...scores.keys()]);
  return found.map(({ pinId, mediaId }) => ({ pinId, mediaId, score: scores.get(mediaId) ?? 0 }));
}

/**
 * The best visual neighbours of the first few pins, none of their own pictures, scored behind all of them.
 * None in a library that is too small for a projection.
 */
export async function likeTheBest(
  deps: LooksDeps,
  viewer: Actor,
  ranked: readonly RankedPin[],
): Promise<RankedPin[]> {
  const known = new Set(ranked.map(({ mediaId }) => mediaId));
  const good = ranked.filter(({ score }) => score >= (ranked[0]?.score ?? 0) / 2);
  const anchors = good.slice(0, around.matches).map(({ mediaId }) => mediaId);
  if (anchors.length === 0 || (await deps.vision.status()).fitted === 0) return [];
  const best = new Map<Id, number>();
  for (const matches of (await deps.vision.similarToMany(viewer, anchors, around.each)).values()) {
    for (const { mediaId, score } of matches) {
      if (!known.has(mediaId) && score >= leastAlike)
        best.set(mediaId, Math.max(score, best.get(mediaId) ?? 0));
    }
  }
  const below = Math.min(most, ranked.at(-1)?.score ?? most);
  const alike = [...best].sort(([, a], [, b]) => b - a).slice(0, around.added);
  const scored = alike.map(([mediaId, score]) => ({ mediaId, score: below * Math.min(1, score) }));
  return pinsOfMedia(deps.pins, viewer, scored);
}
