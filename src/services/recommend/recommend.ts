import type { Actor } from '#kernel/actor';
import type { Clock } from '#kernel/clock';
import type { Id } from '#kernel/ids';
import type { PinData } from '#services/pins/contract';
import type { Candidate, Recommend, Seen } from './contract.ts';
import { diversify } from './diversify.ts';
import { Pools } from './pools.ts';
import { rank, type Weights } from './rank.ts';
import * as sources from './sources.ts';

// Chosen by looking: follows lead, looks come close behind, the rest fills the gaps.
const personWeights: Weights = { followed: 1, similar: 0.95, popular: 0.45, fresh: 0.4 };
const strangerWeights: Weights = { popular: 0.6, fresh: 0.5 };
const relatedWeights: Weights = { similar: 1, words: 0.5, board: 0.25 };
// Far more than is shown, so that one long import does not fill the first pages by itself.
const poolPerShown = 3;
const tastes = 6;
const neighboursOfTaste = 30;

/** What the recommend service stands on. */
export interface RecommendDeps extends sources.SourceDeps {
  readonly clock: Clock;
}

class Recommender implements Recommend {
  readonly #deps: RecommendDeps;
  readonly #pools: Pools;
  constructor(deps: RecommendDeps) {
    this.#deps = deps;
    this.#pools = new Pools(deps, deps.clock);
  }

  async home(viewer: Actor, limit: number, options: { seed: number; seen: Seen }): Promise<Candidate[]> {
    // Lists reach further back the more of them has been seen, so that the scroll goes on to their end.
    const depth = { limit: limit * poolPerShown, seen: options.seen };
    const found = await Promise.all([
      this.#pools.popular(depth),
      this.#pools.fresh(depth),
      ...(viewer.kind === 'person' ? this.#personal(viewer, depth, options.seed) : []),
    ]);
    const weights = viewer.kind === 'person' ? personWeights : strangerWeights;
    const ranked = rank(found.flat(), weights, { ...options, chance: 0.3 });
    return diversify(ranked, limit).map(({ candidate }) => candidate);
  }

  #personal(
    person: Extract<Actor, { kind: 'person' }>,
    depth: sources.Depth,
    seed: number,
  ): Promise<Candidate[]>[] {
    return [
      sources.followed(this.#deps, person, depth),
      sources.likeTheirSaves(this.#deps, person, { seed, tastes, each: neighboursOfTaste }),
    ];
  }

  async related(viewer: Actor, pinIds: readonly Id[], limit: number, seen: Seen): Promise<Candidate[]> {
    const data = await this.#deps.pins.data(pinIds);
    const queried = pinIds.flatMap((id) => data.get(id) ?? []);
    const [first] = queried;
    if (!first) return [];
    const found = await Promise.all([
      sources.similarTo(
        this.#deps,
        viewer,
        queried.map(({ mediaId }) => mediaId),
        limit,
      ),
      ...(queried.length === 1 ? this.#besides(viewer, first) : []),
    ]);
    const media = new Set([...seen.media, ...queried.map(({ mediaId }) => mediaId)]);
    const ranked = rank(found.flat(), relatedWeights, {
      seed: 0,
      chance: 0,
      seen: { pins: seen.pins, media },
    });
    return ranked.slice(0, limit).map(({ candidate }) => candidate);
  }

  #besides(viewer: Actor, pin: PinData): Promise<Candidate[]>[] {
    return [
      sources.sameWords(this.#deps, viewer, pin.title || pin.tags.join(' '), 30),
      sources.boardMates(this.#deps, viewer, pin.boardId, 60).catch(() => []),
    ];
  }
}

/** Makes the recommend service. Cost of a home skeleton: one index search of six pictures and a few batched store reads. */
export function createRecommend(deps: RecommendDeps): Recommend {
  return new Recommender(deps);
}
