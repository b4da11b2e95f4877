/** Writes that met a sealed shard, tried again where the shard is by then. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WriteRefusedError } from '../port.ts';
import { ShardSealedError } from '../sealed.ts';

/** How to go about it. */
export interface SealedRetry {
  /** Milliseconds after which a write gives up. */
  readonly limitMs: number;
  /** Brings the process's map up to date. */
  readonly refresh: () => Promise<unknown>;
}

const firstPauseMs = 2;
const longestPauseMs = 100;

/** A write, or the seal that it met. */
async function tried<T>(write: () => Promise<T>): Promise<{ answer: T } | ShardSealedError> {
  try {
    return { answer: await write() };
  } catch (error) {
    if (error instanceof ShardSealedError) return error;
    throw error;
  }
}

/** Pauses grow and differ, so that a crowd does not come back as one. */
function pauseOf(round: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** round) * (0.5 + Math.random() / 2);
}

/**
 * Runs a write that was refused with `met` again until it is taken. The map is read anew before each try, since a seal may
 * be for a moment and become a move. Rejects with `UnavailableError` after the limit; nothing is written then.
 */
export async function retrySealed<T>(
  met: ShardSealedError,
  write: () => Promise<T>,
  { limitMs, refresh }: SealedRetry,
): Promise<T> {
  const until = performance.now() + limitMs;
  for (let round = 0; performance.now() < until; round += 1) {
    // The first look at the map is free where the move is over already.
    if (round > 0) await sleep(pauseOf(round));
    await refresh();
    const outcome = await tried(write);
    if ('answer' in outcome) return outcome.answer;
  }
  throw new WriteRefusedError(`shard ${met.shard} takes no writes now; try again`, met);
}
