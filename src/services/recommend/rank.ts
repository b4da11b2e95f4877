/** Ranking: one number a candidate, from its source's weight, its score there, and a little chance. */
import type { Id } from '#kernel/ids';
import type { Candidate, CandidateSource, Seen } from './contract.ts';
import { jitter } from './random.ts';

/** A candidate with its place in the order. */
export interface Ranked {
  readonly candidate: Candidate;
  readonly rank: number;
}

/** How much each source counts. */
export type Weights = Partial<Record<CandidateSource, number>>;

// Agreement of sources is worth something, but never as much as a good source alone.
const agreement = 0.15;

interface Merged {
  candidate: Candidate;
  best: number;
  others: number;
}

function merge(merged: Map<Id, Merged>, candidate: Candidate, weight: number): void {
  const known = merged.get(candidate.mediaId);
  if (!known) {
    merged.set(candidate.mediaId, { candidate, best: weight, others: 0 });
    return;
  }
  known.others += Math.min(known.best, weight);
  if (weight <= known.best) return;
  known.best = weight;
  known.candidate = candidate;
}

/**
 * Merges candidates by picture and sorts them, best first; drops what was seen. `chance` (0 to 1) is how far the seed
 * may move one, so that each visit differs a little.
 */
export function rank(
  candidates: readonly Candidate[],
  weights: Weights,
  options: { seed: number; chance: number; seen: Seen },
): Ranked[] {
  const { seed, chance, seen } = options;
  const merged = new Map<Id, Merged>();
  for (const candidate of candidates) {
    if (seen.pins.has(candidate.pinId) || seen.media.has(candidate.mediaId)) continue;
    merge(merged, candidate, (weights[candidate.source] ?? 0) * candidate.score);
  }
  const ranked = [...merged.values()].map(({ candidate, best, others }) => ({
    candidate,
    rank: best + agreement * others + chance * jitter(seed, candidate.mediaId),
  }));
  return ranked.sort((a, b) => b.rank - a.rank || (a.candidate.pinId < b.candidate.pinId ? 1 : -1));
}
