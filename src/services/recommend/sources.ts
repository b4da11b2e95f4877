/** Candidate sources: each answers a list with scores from 0 to 1 within itself. */

import type { ListEntry, Lists } from '#engines/lists/port';
import type { Actor, Person } from '#kernel/actor';
import type { Id } from '#kernel/ids';
import type { Pins } from '#services/pins/contract';
import type { Search } from '#services/search/contract';
import type { SimilarMedia, Vision } from '#services/vision/contract';
import {
  type Candidate,
  type CandidateSource,
  followingList,
  freshList,
  popularList,
  type Seen,
} from './contract.ts';
import { jitter } from './random.ts';

/** What the sources draw from. */
export interface SourceDeps {
  readonly lists: Lists;
  readonly pins: Pins;
  readonly vision: Vision;
  readonly search: Search;
}

type Scored = readonly { readonly pinId: Id; readonly score: number }[];

/** Adds picture and board to scored pins; pins that are gone are left out. Cost: one batched store read. */
async function candidates(deps: SourceDeps, source: CandidateSource, scored: Scored): Promise<Candidate[]> {
  const data = await deps.pins.data(scored.map(({ pinId }) => pinId));
  return scored.flatMap(({ pinId, score }) => {
    const pin = data.get(pinId);
    return pin ? [{ pinId, mediaId: pin.mediaId, boardId: pin.boardId, source, score }] : [];
  });
}

/** Scores by place in a list: 1 for the first, near 0 for the last. */
function byPlace(entries: readonly ListEntry[]): Scored {
  return entries.map(({ id }, at) => ({ pinId: id, score: 1 - at / entries.length }));
}

/** How far to look into a list: `limit` entries beyond those that were seen. */
export interface Depth {
  readonly limit: number;
  readonly seen: Seen;
}

async function fromList(
  deps: SourceDeps,
  source: CandidateSource,
  list: string,
  depth: Depth,
): Promise<Candidate[]> {
  const entries = await deps.lists.range(list, depth.limit + depth.seen.pins.size);
  return candidates(
    deps,
    source,
    byPlace(entries).filter(({ pinId }) => !depth.seen.pins.has(pinId)),
  );
}

/** New pins of whom the person follows, newest first. */
export function followed(deps: SourceDeps, person: Person, depth: Depth): Promise<Candidate[]> {
  return fromList(deps, 'followed', followingList(person.userId), depth);
}

/** The newest public pins. */
export function fresh(deps: SourceDeps, depth: Depth): Promise<Candidate[]> {
  return fromList(deps, 'fresh', freshList, depth);
}

/** The most saved public pins, newer ones favoured. */
export function popular(deps: SourceDeps, depth: Depth): Promise<Candidate[]> {
  return fromList(deps, 'popular', popularList, depth);
}

function bestOfEach(found: Iterable<readonly SimilarMedia[]>): SimilarMedia[] {
  const best = new Map<Id, SimilarMedia>();
  for (const matches of found) {
    for (const match of matches) {
      if ((best.get(match.mediaId)?.score ?? -1) < match.score) best.set(match.mediaId, match);
    }
  }
  return [...best.values()].sort((a, b) => b.score - a.score);
}

/** Pins that look like the given pictures; `each` neighbours of every one. Cost: one batched index search. */
export async function similarTo(
  deps: SourceDeps,
  viewer: Actor,
  mediaIds: readonly Id[],
  each: number,
): Promise<Candidate[]> {
  if (mediaIds.length === 0) return [];
  const found = await deps.vision.similarToMany(viewer, mediaIds, each);
  const best = bestOfEach(found.values());
  const pins = await deps.pins.ofMedia(
    viewer,
    best.map(({ mediaId }) => mediaId),
  );
  const scores = new Map(best.map(({ mediaId, score }) => [mediaId, score]));
  return pins.map((pin) => ({
    ...pin,
    source: 'similar',
    score: Math.max(0, scores.get(pin.mediaId) ?? 0),
  }));
}

const remembered = 60;

/** Pins that look like what the person saved lately: `tastes` of their last saves, picked by the seed. */
export async function likeTheirSaves(
  deps: SourceDeps,
  person: Person,
  options: { seed: number; tastes: number; each: number },
): Promise<Candidate[]> {
  const recent = await deps.pins.recentIds(person.userId, remembered);
  const picked = recent
    .map((id, at) => ({ id, order: jitter(options.seed, id) + at / remembered }))
    .sort((a, b) => a.order - b.order)
    .slice(0, options.tastes);
  const data = await deps.pins.data(picked.map(({ id }) => id));
  return similarTo(
    deps,
    person,
    [...data.values()].map(({ mediaId }) => mediaId),
    options.each,
  );
}

/** Pins on the same board, newest first. */
export async function boardMates(
  deps: SourceDeps,
  viewer: Actor,
  boardId: Id,
  limit: number,
): Promise<Candidate[]> {
  const { items } = await deps.pins.byBoard(viewer, boardId, { limit });
  return candidates(
    deps,
    'board',
    items.map(({ id }, at) => ({ pinId: id, score: 1 - at / items.length })),
  );
}

/** Pins with the same words. */
export async function sameWords(
  deps: SourceDeps,
  viewer: Actor,
  words: string,
  limit: number,
): Promise<Candidate[]> {
  if (words.trim() === '') return [];
  const found = await deps.search.pins(viewer, words.slice(0, 200), limit);
  return candidates(
    deps,
    'words',
    found.map(({ pin }, at) => ({ pinId: pin.id, score: 1 - at / found.length })),
  );
}
