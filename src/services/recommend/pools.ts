/** What the first pages of everybody begin with: the newest and the most saved pins, read once for all who come within seconds. */
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

/** Candidates of the public lists. Those at the head of a list are shared by viewers; further down each reads their own. */
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

  #read(name: string, source: Source, depth: Depth): Promise<Candidate[]> {
    if (depth.seen.pins.size > 0) return source(this.#deps, depth);
    const key = `${name} ${depth.limit}`;
    const known = this.#pools.get(key);
    if (known && known.until > this.#clock.now()) return known.candidates;
    const candidates = source(this.#deps, { limit: depth.limit, seen: nothingSeen });
    this.#pools.set(key, { until: this.#clock.now() + keptMs, candidates });
    // A failed read is nobody's but those who waited for it.
    candidates.catch(() => this.#pools.delete(key));
    return candidates;
  }
}
