/**
 * Diversity: a greedy pass that takes the best candidate whose board was not shown just before.
 *
 * Each step looks at the best `lookAhead` remaining candidates and takes the one whose score, after a penalty for every
 * board mate among the last `memory` taken, is highest (maximal marginal relevance, Carbonell and Goldstein 1998, with
 * "same board" as the similarity). Cost: O(n × lookAhead).
 */
import type { Ranked } from './rank.ts';

const memory = 8;
const lookAhead = 60;
const penalty = 0.15;

class Window {
  readonly #recent: string[] = [];
  readonly #counts = new Map<string, number>();

  mates(board: string): number {
    return this.#counts.get(board) ?? 0;
  }

  add(board: string): void {
    this.#recent.push(board);
    this.#counts.set(board, this.mates(board) + 1);
    const gone = this.#recent.length > memory ? this.#recent.shift() : undefined;
    if (gone !== undefined) this.#counts.set(gone, this.mates(gone) - 1);
  }
}

function bestOf(pool: readonly Ranked[], window: Window): number {
  let best = 0;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < Math.min(lookAhead, pool.length); at += 1) {
    const ranked = pool[at];
    if (!ranked) break;
    const score = ranked.rank - penalty * window.mates(ranked.candidate.boardId);
    if (score > bestScore) [best, bestScore] = [at, score];
  }
  return best;
}

/** Reorders candidates that are sorted by rank, best first, and takes up to `limit`. */
export function diversify(sorted: readonly Ranked[], limit: number): Ranked[] {
  const window = new Window();
  const pool = sorted.slice(0, lookAhead);
  let next = pool.length;
  const taken: Ranked[] = [];
  while (taken.length < limit && pool.length > 0) {
    const [ranked] = pool.splice(bestOf(pool, window), 1);
    if (!ranked) break;
    window.add(ranked.candidate.boardId);
    taken.push(ranked);
    const refill = sorted[next];
    if (refill) pool.push(refill);
    next += 1;
  }
  return taken;
}
