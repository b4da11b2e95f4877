/** A live migration as its page shows it. */

/** What happens to a shard that moves, in order; the last two are ends. */
export const phases = [
  'waiting',
  'copying',
  'following',
  'comparing',
  'shadowing',
  'moved',
  'rolled-back',
] as const;
export type Phase = (typeof phases)[number];

/** One shard on its way. */
export interface MovingShard {
  readonly shard: number;
  readonly phase: Phase;
  /** Rows, of rows. */
  readonly copied: number;
  readonly total: number;
  /** Rows that were unlike when they were last compared. */
  readonly differences: number;
}

/** A range of shards that moves from one engine to another. */
export interface Migration {
  readonly id: string;
  readonly from: number;
  readonly through: number;
  readonly source: string;
  readonly target: string;
  readonly startedAt: number;
  readonly shards: readonly MovingShard[];
  /** Why it stands still; null when it does not. */
  readonly problem: string | null;
  readonly canAdvance: boolean;
  readonly canRollBack: boolean;
}

/** Phases in words. */
export const phaseWords: Readonly<Record<Phase, string>> = {
  waiting: 'waiting',
  copying: 'copying',
  following: 'catching up',
  comparing: 'comparing',
  shadowing: 'reading both',
  moved: 'moved',
  'rolled-back': 'rolled back',
};

/** Whether a shard has come to an end. */
export function isSettled({ phase }: MovingShard): boolean {
  return phase === 'moved' || phase === 'rolled-back';
}

/** Whether all of a migration's shards have. */
export function isOver({ shards }: Migration): boolean {
  return shards.every(isSettled);
}

/** How much of a shard is copied, 0 to 1. A shard without rows is copied once it is no longer waiting. */
export function progressOf({ copied, total, phase }: MovingShard): number {
  if (phase === 'moved') return 1;
  if (total > 0) return Math.min(1, copied / total);
  return phase === 'waiting' ? 0 : 1;
}

/** Those that need eyes first: with differences, then under way, then waiting, then settled; in order of their numbers. */
export function byUrgency(shards: readonly MovingShard[]): MovingShard[] {
  const rank = (shard: MovingShard) =>
    shard.differences > 0 ? 0 : isSettled(shard) ? 3 : shard.phase === 'waiting' ? 2 : 1;
  return shards.toSorted((a, b) => rank(a) - rank(b) || a.shard - b.shard);
}
