/** Which reads a migration repeats on the other side. */
import type { ShadowOptions } from '#engines/shards/routing';
import type { Ledger } from './ledger.ts';
import type { Mover } from './mover.ts';
import { isCopying } from './plan.ts';

/** A tenth of the reads at most goes twice. */
const share = 0.1;

/** Before anything is copied, reads that the target answers as it can; later, those of shards that are in step. */
export function shadowOf(ledger: Ledger, movers: ReadonlyMap<number, Mover>): ShadowOptions {
  const { record } = ledger;
  const isFirst = () => record.phase === 'shadow-read';
  return {
    engineOf(shard) {
      const mover = movers.get(shard);
      const isInStep = isCopying(record) && mover?.shard.stage === 'following';
      if (!mover || !(isFirst() || isInStep)) return undefined;
      return mover.hasMoved ? mover.shard.from : record.to;
    },
    share,
    get compares() {
      return !isFirst();
    },
    report: (outcome) => ledger.shadowed(outcome),
  };
}
