import { setTimeout as sleep } from 'node:timers/promises';
import type { Lane } from './lane.ts';
import { isCopying } from './plan.ts';
import type { Work } from './work.ts';

/** Milliseconds in which writes gather before they are brought together. */
const gatherMs = 25;
const longestRestMs = 250;

/** Brings to the copies what this process writes; and, in turn, what other processes may have written. */
export class FollowLane implements Lane {
  readonly name = 'follow';
  readonly idleMs = 20;
  readonly #work: Work;
  #turn = 0;

  constructor(work: Work) {
    this.#work = work;
  }

  async turn(): Promise<boolean> {
    const { ledger, dirty, signal } = this.#work;
    if (!isCopying(ledger.record)) return false;
    const start = performance.now();
    const shards = [...dirty];
    for (const shard of shards) await this.#follow(shard);
    await this.#follow(this.#swept());
    const ms = Math.max(gatherMs, Math.min(longestRestMs, performance.now() - start));
    // Not at the pace of copying: a copy that falls behind would make every change of engines wait.
    if (shards.length > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
    return shards.length > 0;
  }

  async #follow(shard: number): Promise<void> {
    if (this.#work.signal.aborted) return;
    // Before: what is written meanwhile makes it dirty again.
    this.#work.dirty.delete(shard);
    try {
      await this.#work.movers.get(shard)?.follow();
    } catch (error) {
      this.#work.dirty.add(shard);
      throw error;
    }
  }

  #swept(): number {
    const shards = [...this.#work.movers.keys()];
    return shards[this.#turn++ % Math.max(1, shards.length)] ?? -1;
  }
}
