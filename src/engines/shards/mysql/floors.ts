/**
 * How far a replica must be to answer for a shard: as far as the shard's last write through this process. Who writes and
 * reads through one process so never meets a state from before any write that was acknowledged here.
 *
 * Where that is not known, only the primary may answer: until the primary was first asked how far it is, and after a
 * commit that got no answer, until it was asked again.
 */
import { covers, furthest, noPosition, type Position } from './position.ts';

/** Doubts at one moment, to be settled by a position that was asked for later. */
export type Doubts = ReadonlyMap<number, symbol>;

/** How far a server must be, and whether that is all that was acknowledged. */
export interface Floor {
  readonly position: Position;
  readonly isCertain: boolean;
}

/** The floors of all shards of a server. */
export class Floors {
  readonly #floors = new Map<number, Position>();
  readonly #doubts = new Map<number, symbol>();
  #base: Position | undefined;

  /** Takes note of a write that was acknowledged. */
  wrote(shard: number, position: Position): void {
    this.#floors.set(shard, furthest(this.#floors.get(shard) ?? noPosition, position));
  }

  /** Takes note of a write of which nobody knows whether it happened. */
  doubt(shard: number): void {
    this.#doubts.set(shard, Symbol());
  }

  /** The doubts that there are now. */
  get doubts(): Doubts {
    return new Map(this.#doubts);
  }

  /** The primary is at a position, asked for after these doubts arose. */
  settle(doubts: Doubts, position: Position): void {
    this.#base ??= position;
    for (const [shard, doubt] of doubts) {
      if (this.#doubts.get(shard) !== doubt) continue;
      this.#doubts.delete(shard);
      this.wrote(shard, position);
    }
  }

  /** No server that is left is further than a position: what shards wrote behind it is not waited for any more. */
  giveUp(shards: readonly number[], position: Position): void {
    for (const shard of shards) {
      if (covers(position, this.of([shard]).position)) continue;
      this.doubt(shard);
      this.#floors.delete(shard);
    }
  }

  /** Nothing is known any more, for the primary was away. */
  reset(): void {
    this.#base = undefined;
  }

  /** How far a server must be to have of some shards what was acknowledged, as far as that is known. */
  of(shards: readonly number[]): Floor {
    let position = this.#base ?? noPosition;
    for (const shard of shards) position = furthest(position, this.#floors.get(shard) ?? noPosition);
    return { position, isCertain: this.#isCertain(shards) };
  }

  /** Whether a server at a position has all of a shard that was acknowledged. */
  allow(shard: number, position: Position): boolean {
    if (this.#base === undefined || this.#doubts.has(shard) || !covers(position, this.#base)) return false;
    const floor = this.#floors.get(shard);
    return floor === undefined || covers(position, floor);
  }

  #isCertain(shards: readonly number[]): boolean {
    return this.#base !== undefined && !shards.some((shard) => this.#doubts.has(shard));
  }
}
