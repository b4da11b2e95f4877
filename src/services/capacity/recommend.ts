/** How many virtual shards to begin with, and whether ids suffice. */
import { InvalidInputError } from '#kernel/errors';
import { idLimits } from '#kernel/ids';
import type { Plan, PlanInput } from './contract.ts';
import { binding, demandAfter, loadAfter, monthsUntil } from './load.ts';

const fewestShards = 64;
const shardsOnAServer = 16;
const mostShards = idLimits.shard + 1;
/** Local ids of one type on one shard; 0 is not given out. */
const mostRows = idLimits.local;
/** In months. */
const century = 1200;

/** Pins on the fullest shard, if all were on one shard only. */
function heaviest(input: PlanInput, months: number): number {
  return loadAfter(input, months).pins * input.skew;
}

/**
 * The number of shards to begin with. With 16 on each server at the horizon a move takes 6 % of a server, and servers
 * can double four times more. A power of two, so that halves stay even; never under 64, which cost nothing.
 */
export function recommendShards(input: Omit<PlanInput, 'shards'>): number {
  const some = { ...input, shards: mostShards };
  const { demand } = binding(demandAfter(some, some.months));
  const rows = (2 * heaviest(some, some.months)) / mostRows;
  const wanted = Math.max(fewestShards, demand * shardsOnAServer, rows);
  return Math.min(mostShards, 2 ** Math.ceil(Math.log2(wanted) - 1e-9));
}

/** Throws `InvalidInputError` when ids could not name the pins of the horizon. */
export function requireIds(input: PlanInput): void {
  const pins = heaviest(input, input.months);
  if (pins > mostShards * mostRows) {
    const most = (mostShards * mostRows).toLocaleString('en');
    const rule = `must keep pins times skew in month ${input.months} at ${most} or fewer, for ids name no more`;
    throw new InvalidInputError('growth', rule);
  }
  const needed = Math.ceil(pins / mostRows);
  if (input.shards >= needed) return;
  const most = mostRows.toLocaleString('en');
  throw new InvalidInputError('shards', `must be ${needed} or more, for a shard names at most ${most} pins`);
}

/** The headroom of ids. */
export function idsOf(input: PlanInput): Plan['ids'] {
  const exhausted = monthsUntil(input, heaviest(input, 0) / input.shards, mostRows);
  return {
    shardShare: input.shards / mostShards,
    localShare: heaviest(input, input.months) / input.shards / mostRows,
    exhausted: exhausted > century ? null : exhausted,
  };
}
