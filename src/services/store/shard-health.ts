/**
 * Which shards answer writes, from what becomes of every write: a circuit breaker a shard.
 *
 * A shard is silent when a write to it failed for want of an answer, or has been waiting for longer than it should take. A silent one is not waited for; now and then, ever more seldom, one caller is let through to try. Any write that
 * succeeds ends the silence, one that was given up for lost as well.
 */

import { UnavailableError } from '#kernel/errors';

/** How patient to be, in milliseconds. */
export interface Patience {
  /** A write that waits for longer makes its shard silent. */
  readonly slowMs: number;
  /** The first pause between two tries of a silent shard; it doubles up to the longest. */
  readonly pauseMs: number;
  readonly longestPauseMs: number;
}

/** The usual patience. */
export const usualPatience: Patience = { slowMs: 25, pauseMs: 100, longestPauseMs: 5000 };

/** A write under way. */
type Flight = { readonly since: number };

interface ShardState {
  readonly flights: Set<Flight>;
  /** Tries in a row without an answer. */
  failures: number;
  /** When the next try is let through. */
  retryAt: number;
}

/** Watches writes; tells whether a shard is worth waiting for. */
export class ShardHealth {
  readonly #patience: Patience;
  readonly #now: () => number;
  readonly #states = new Map<number, ShardState>();
  readonly #listeners = new Set<(shard: number) => void>();

  /** `now` counts milliseconds from any start. */
  constructor(patience: Patience = usualPatience, now: () => number = () => performance.now()) {
    this.#patience = patience;
    this.#now = now;
  }

  /** Watches a write to a shard from its beginning to its end. A refusal may come from before the shard, and tells nothing. */
  async watch<T>(shard: number, write: () => Promise<T>): Promise<T> {
    const state = this.#stateOf(shard);
    const flight = { since: this.#now() };
    state.flights.add(flight);
    try {
      const answer = await write();
      this.#answered(shard, state);
      return answer;
    } catch (error) {
      if (error instanceof UnavailableError) this.#failed(state);
      throw error;
    } finally {
      state.flights.delete(flight);
    }
  }

  /** Whether to try these shards now. Whoever is told so while one of them is silent is the one who tries. */
  admits(shards: readonly number[]): boolean {
    const silent = [...new Set(shards)].flatMap((shard) => this.#silent(shard) ?? []);
    const now = this.#now();
    if (silent.some(({ retryAt }) => now < retryAt)) return false;
    for (const state of silent) this.#failed(state);
    return true;
  }

  #silent(shard: number): ShardState | undefined {
    const state = this.#states.get(shard);
    if (state?.failures === 0 && this.#isWaiting(state)) this.#failed(state);
    return state && state.failures > 0 ? state : undefined;
  }

  /** Calls back when a silent shard has answered; returns how to stop. */
  onAnswer(listener: (shard: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #stateOf(shard: number): ShardState {
    const known = this.#states.get(shard);
    if (known) return known;
    const made = { flights: new Set<Flight>(), failures: 0, retryAt: 0 };
    this.#states.set(shard, made);
    return made;
  }

  #isWaiting({ flights }: ShardState): boolean {
    const [oldest] = flights;
    return oldest !== undefined && this.#now() - oldest.since > this.#patience.slowMs;
  }

  #answered(shard: number, state: ShardState): void {
    // Writes that still wait say nothing against a shard that answers meanwhile.
    state.flights.clear();
    if (state.failures === 0) return;
    state.failures = 0;
    state.retryAt = 0;
    for (const listener of this.#listeners) listener(shard);
  }

  /** Many commits that fail at once are one failure. */
  #failed(state: ShardState): void {
    const now = this.#now();
    if (now < state.retryAt) return;
    const { pauseMs, longestPauseMs } = this.#patience;
    state.retryAt = now + Math.min(longestPauseMs, pauseMs * 2 ** state.failures);
    state.failures += 1;
  }
}
