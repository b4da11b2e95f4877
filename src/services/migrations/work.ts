import type { ShardRouter } from '#engines/shards/routing';
import type { Clock } from '#kernel/clock';
import type { Log } from '#kernel/log';
import type { Phase } from './contract.ts';
import type { Ledger } from './ledger.ts';
import type { Mover } from './mover.ts';
import type { Pacer } from './pacer.ts';

/** What the lanes of one migration share. */
export interface Work {
  readonly router: ShardRouter;
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  /** By shard number, from the lowest up. */
  readonly movers: ReadonlyMap<number, Mover>;
  readonly pacer: Pacer;
  readonly signal: AbortSignal;
  /** Shards that were written to since they were followed last. */
  readonly dirty: Set<number>;
  /** Makes sure that shards that were changing engines take writes; at once when that was made sure before. */
  repair(): Promise<void>;
  /** Begins a phase, durably. */
  enter(phase: Phase): Promise<void>;
}

/** How long a migration that goes by itself watches reads before it copies: until so many were seen, or so long. */
export interface Baseline {
  readonly reads: number;
  readonly ms: number;
}
