/** What everybody's pages are made of besides what is their own: the newest and the most saved pins, read once for all who come within seconds. */
import type { Clock } from '#kernel/clock';
import type { Candidate } from './contract.ts';
import { type Depth, fresh, popular, type SourceDeps } from './sources.ts';

interface Pool {
  readonly until: number;
  readonly candidates: Promise<Candidate[]>;
}

type Source = (deps: SourceDeps, depth: Depth) => Promise<Candidate[]>;

const keptMs = 2_000;
const nothingSeen = { pins: new Set<never>(), media: new Set<never>() };

/** How far lists are read for a wish of `reach` entries: doubled steps, so that a few pools do for everybody. */
function stepOver(reach: number, first: number): number {
  let step = first;
  while (step < reach) step *= 2;
  return step;
}

/** Candidates of the public lists, shared by all viewers who look about as far down. */
export class Pools {
  readonly #deps: SourceDeps;
  readonly #clock: Clock;
  readonly #pools = new Map<string, Pool>();

  constructor(deps: SourceDeps, clock: Clock) {
    this.#deps = deps;
    this.#clock = clock;
  }

  /** The newest public pins. */
  fresh(depth: Depth): Promise<Candidate[]> {
    return this.#read('fresh', fresh, depth);
  }

  /** The most saved public pins. */
  popular(depth: Depth): Promise<Candidate[]> {
    return this.#read('popular', popular, depth);
  }

  async #read(name: string, source: Source, { limit, seen }: Depth): Promise<Candidate[]> {
    const reach = limit + seen.pins.size;
    const candidates = await this.#shared(name, source, stepOver(reach, limit));
    if (seen.pins.size === 0) return candidates;
    return candidates.slice(0, reach).filter(({ pinId }) => !seen.pins.has(pinId));
  }

  #shared(name: string, source: Source, limit: number): Promise<Candidate[]> {
    const key = `${name} ${limit}`;
    const known = this.#pools.get(key);
    if (known && known.until > this.#clock.now()) return known.candidates;
    const candidates = source(this.#deps, { limit, seen: nothingSeen });
    this.#pools.set(key, { until: this.#clock.now() + keptMs, candidates });
    // A failed read is nobody's but those who waited for it.
    candidates.catch(() => this.#pools.delete(key));
    return candidates;
  }
}
