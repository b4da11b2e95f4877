import type { RowKey, TransferTable } from '#engines/shards/transfer';
import { turnMs } from '#kernel/turns';
import type { Lane } from './lane.ts';
import type { Mover } from './mover.ts';
import type { Work } from './work.ts';

/** Where the comparison of one shard is. */
interface Pass {
  readonly mover: Mover;
  readonly tables: TransferTable[];
  after: RowKey | undefined;
  found: number;
}

/** While everything was found the same, comparing goes on this many times slower. */
const idleFactor = 20;

/** Lanes that compare a shard each, table by table, over and over; those that were never found clean come first. */
export function compareLanes(work: Work, count: number): Lane[] {
  const taken = new Set<Mover>();
  return Array.from({ length: count }, (_, n) => new CompareLane(work, taken, `compare ${n}`));
}

class CompareLane implements Lane {
  readonly name: string;
  readonly idleMs = 100;
  readonly #work: Work;
  readonly #taken: Set<Mover>;
  #pass: Pass | undefined;

  constructor(work: Work, taken: Set<Mover>, name: string) {
    this.#work = work;
    this.#taken = taken;
    this.name = name;
  }

  async turn(): Promise<boolean> {
    const { ledger, pacer, signal } = this.#work;
    if (ledger.record.phase !== 'validate') this.#leave();
    const pass = ledger.record.phase === 'validate' ? (this.#pass ?? (await this.#begin())) : undefined;
    if (!pass) return false;
    const start = performance.now();
    // Most tables of most shards are small.
    do await this.#step(pass);
    while (this.#pass === pass && performance.now() - start < turnMs);
    const ms = performance.now() - start;
    await pacer.rest(pass.mover.shard.clean ? ms * idleFactor : ms, signal);
    return true;
  }

  async #begin(): Promise<Pass | undefined> {
    const mover = this.#next();
    if (!mover) return undefined;
    const pass = { mover, tables: await mover.tables(), after: undefined, found: 0 };
    this.#taken.add(mover);
    this.#pass = pass;
    return pass;
  }

  /** One never found clean, else the one that was looked at least. */
  #next(): Mover | undefined {
    const free = [...this.#work.movers.values()].filter(
      (mover) => mover.shard.stage === 'following' && !this.#taken.has(mover),
    );
    const order = (mover: Mover) => (mover.shard.clean ? mover.shard.passes : -1);
    return free.reduce<Mover | undefined>(
      (best, mover) => (best === undefined || order(mover) < order(best) ? mover : best),
      undefined,
    );
  }

  async #step(pass: Pass): Promise<void> {
    const [table] = pass.tables;
    if (table === undefined) return this.#end(pass);
    try {
      const { found, next } = await pass.mover.compare(table, pass.after);
      pass.found += found;
      pass.after = next;
      if (next === undefined) pass.tables.shift();
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  #end({ mover, found }: Pass): void {
    mover.shard.passes += 1;
    mover.shard.clean = found === 0;
    this.#work.ledger.touched();
    this.#leave();
  }

  #leave(): void {
    if (this.#pass) this.#taken.delete(this.#pass.mover);
    this.#pass = undefined;
  }
}
