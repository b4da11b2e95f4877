/** Work that goes on until it is stopped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import type { Bell } from './bell.ts';

/** What lanes stand on. */
export interface LaneDeps {
  readonly bell: Bell;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Hears of trouble, and null when it is over. */
  readonly trouble: (lane: string, error: string | null) => void;
}

/** One of them. */
export interface Lane {
  readonly name: string;
  /** Milliseconds after which it looks again for something to do, if no bell rings before. */
  readonly idleMs: number;
  /** Does a bit; answers whether there was anything to do. */
  turn(): Promise<boolean>;
}

const firstPauseMs = 50;
const longestPauseMs = 5000;

function pauseOf(failures: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures, 10));
}

/** Runs a lane until stopped. What fails is tried again, with longer and longer pauses. */
export async function runLane(deps: LaneDeps, lane: Lane): Promise<void> {
  const { bell, signal } = deps;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const isBusy = await lane.turn();
      if (failures > 0) deps.trouble(lane.name, null);
      failures = 0;
      if (!isBusy && !signal.aborted) await bell.wait(lane.idleMs);
    } catch (error) {
      await troubled(deps, lane, error, failures);
      failures += 1;
    }
  }
}

async function troubled(
  { signal, log, trouble }: LaneDeps,
  { name }: Lane,
  error: unknown,
  failures: number,
): Promise<void> {
  if (signal.aborted) return;
  const level = error instanceof UnavailableError ? 'warn' : 'error';
  if (failures === 0) log[level]({ err: error, lane: name }, 'a migration cannot go on now');
  trouble(name, error instanceof Error ? error.message : String(error));
  await sleep(pauseOf(failures), undefined, { signal }).catch(() => undefined);
}
