import type { Lane } from './lane.ts';
import type { Mover } from './mover.ts';
import { isCopying } from './plan.ts';
import type { Work } from './work.ts';

/** Lanes that copy a shard each, the lowest number first. */
export function copyLanes(work: Work, count: number): Lane[] {
  const taken = new Set<Mover>();
  return Array.from({ length: count }, (_, n) => new CopyLane(work, taken, `copy ${n}`));
}

class CopyLane implements Lane {
  readonly name: string;
  readonly idleMs = 100;
  readonly #work: Work;
  readonly #taken: Set<Mover>;

  constructor(work: Work, taken: Set<Mover>, name: string) {
    this.#work = work;
    this.#taken = taken;
    this.name = name;
  }

  async turn(): Promise<boolean> {
    const mover = this.#next();
    if (!mover) return false;
    this.#taken.add(mover);
    try {
      await this.#copy(mover);
      return true;
    } finally {
      this.#taken.delete(mover);
    }
  }

  #next(): Mover | undefined {
    const { ledger, movers } = this.#work;
    if (!isCopying(ledger.record)) return undefined;
    return movers.values().find((mover) => mover.shard.stage !== 'following' && !this.#taken.has(mover));
  }

  async #copy(mover: Mover): Promise<void> {
    const { ledger, pacer, signal } = this.#work;
    let isDone = false;
    while (!isDone && !signal.aborted && isCopying(ledger.record)) {
      const start = performance.now();
      isDone = await mover.copy();
      await pacer.rest(performance.now() - start, signal);
    }
  }
}
