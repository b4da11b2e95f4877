/**
 * Which shards answer writes, from what becomes of every write: a circuit breaker a shard.
 *
 * A shard is silent when a write to it failed for want of an answer, or, for somebody in a hurry, when one has been waiting
 * for longer than they would. A silent one is not waited for; now and then, ever more seldom, one caller is let through to
 * try. Any write that succeeds ends the silence, one that was given up for lost as well.
 */
import { UnavailableError } from '#kernel/errors';

/** How patient to be with a silent shard, in milliseconds. */
export interface Patience {
  /** The first pause between two tries; it doubles up to the longest. */
  readonly pauseMs: number;
  readonly longestPauseMs: number;
}

const usualPatience: Patience = { pauseMs: 100, longestPauseMs: 5000 };
/** Whoever waits for a shard hears of it when a write ends that took at least so many milliseconds. */
const noticeableMs = 250;

/** A write under way. */
interface Flight {
  readonly since: number;
}

interface ShardState {
  readonly flights: Set<Flight>;
  /** Whether the last write to end failed for want of an answer. */
  isFailing: boolean;
  /** Tries since the shard was silent, and when the next one is let through. */
  tries: number;
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
      this.#answered(shard, state, flight);
      return answer;
    } catch (error) {
      if (error instanceof UnavailableError) this.#failed(state);
      throw error;
    } finally {
      state.flights.delete(flight);
    }
  }

  /**
   * Whether to try these shards now, for somebody who would wait for `slowMs`. Whoever is told so while one of them is silent
   * is the one who tries.
   */
  admits(shards: readonly number[], slowMs: number): boolean {
    const silent = [...new Set(shards)].flatMap((shard) => this.#silent(shard, slowMs) ?? []);
    const now = this.#now();
    if (silent.some(({ retryAt }) => now < retryAt)) return false;
    for (const state of silent) this.#pause(state);
    return true;
  }

  #silent(shard: number, slowMs: number): ShardState | undefined {
    const state = this.#states.get(shard);
    if (state === undefined || state.isFailing) return state;
    const [oldest] = state.flights;
    return oldest !== undefined && this.#now() - oldest.since > slowMs ? state : undefined;
  }

  /** Calls back when a shard has answered that failed, or kept a write waiting; returns how to stop. */
  onAnswer(listener: (shard: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #stateOf(shard: number): ShardState {
    const known = this.#states.get(shard);
    if (known) return known;
    const made = { flights: new Set<Flight>(), isFailing: false, tries: 0, retryAt: 0 };
    this.#states.set(shard, made);
    return made;
  }

  #answered(shard: number, state: ShardState, { since }: Flight): void {
    const wasFailing = state.isFailing;
    const isNews = wasFailing || this.#now() - since >= noticeableMs;
    // Writes that still wait say nothing against a shard that answers meanwhile.
    state.flights.clear();
    state.isFailing = false;
    state.tries = 0;
    state.retryAt = 0;
    if (wasFailing) this.#tryOthers();
    if (isNews) for (const listener of this.#listeners) listener(shard);
  }

  /** Shards that failed together mostly come back together: the next caller of each is let through. */
  #tryOthers(): void {
    for (const state of this.#states.values()) if (state.isFailing) state.retryAt = 0;
  }

  #failed(state: ShardState): void {
    state.isFailing = true;
    // Many writes that fail at once are one failure.
    if (this.#now() >= state.retryAt) this.#pause(state);
  }

  #pause(state: ShardState): void {
    const { pauseMs, longestPauseMs } = this.#patience;
    state.retryAt = this.#now() + Math.min(longestPauseMs, pauseMs * 2 ** state.tries);
    state.tries += 1;
  }
}
