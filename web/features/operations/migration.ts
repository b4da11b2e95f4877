/** A live migration as its page shows it. */

/** Where a migration is, in order; then the ways out. */
export type Phase =
  | 'shadow-read'
  | 'dual-write'
  | 'validate'
  | 'cutover'
  | 'backup'
  | 'finishing'
  | 'finished'
  | 'rolling-back'
  | 'rolled-back';

/** One shard on its way. */
export interface MovingShard {
  readonly shard: number;
  readonly stage: 'waiting' | 'copying' | 'following' | 'moved';
  /** Rows copied, of rows. */
  readonly rows: number;
  readonly total: number;
  /** Full comparisons of both sides, and whether the last one found no difference. */
  readonly passes: number;
  readonly clean: boolean;
  readonly differences: number;
}

/** Shards that move to another engine. */
export interface Migration {
  readonly name: string;
  readonly to: string;
  readonly phase: Phase;
  /** Whether the next phase begins by itself. */
  readonly auto: boolean;
  /** How many of a hundred shards are to live in the target. */
  readonly percent: number;
  /** What keeps it from going on; null when it runs well. */
  readonly error: string | null;
  readonly rows: number;
  readonly total: number;
  readonly moved: number;
  readonly differences: number;
  /** Empty in a list. */
  readonly shards: readonly MovingShard[];
}

/** What one can tell a migration. */
export interface Direction {
  readonly act: 'advance' | 'rollback' | 'finish';
  readonly percent?: number;
  readonly drop?: boolean;
}

/** Phases in words. */
export const phaseWords: Readonly<Record<Phase, string>> = {
  'shadow-read': 'trying reads on the new side',
  'dual-write': 'copying, writes follow',
  validate: 'comparing both sides',
  cutover: 'changing over',
  backup: 'moved; the old side is kept in step',
  finishing: 'finishing',
  finished: 'finished',
  'rolling-back': 'rolling back',
  'rolled-back': 'rolled back',
};

/** Stages of a shard in words. */
export const stageWords: Readonly<Record<MovingShard['stage'], string>> = {
  waiting: 'waiting',
  copying: 'copying',
  following: 'following',
  moved: 'moved',
};

/** Whether nothing will happen to it any more. */
export function isOver({ phase }: Pick<Migration, 'phase'>): boolean {
  return phase === 'finished' || phase === 'rolled-back';
}

/** How much of a shard, or of all, is copied, 0 to 1. */
export function progressOf({ rows, total }: { readonly rows: number; readonly total: number }): number {
  return total === 0 ? 0 : Math.min(1, rows / total);
}

/** The same for a shard: one without rows is copied once its turn has come. */
export function shardProgress(shard: MovingShard): number {
  const isBehind = shard.stage === 'following' || shard.stage === 'moved';
  return isBehind ? 1 : progressOf(shard);
}

const order: Readonly<Record<MovingShard['stage'], number>> = {
  copying: 1,
  following: 2,
  waiting: 3,
  moved: 4,
};

/** Those that need eyes first: unlike ones, then by stage, then by number. */
export function byUrgency(shards: readonly MovingShard[]): MovingShard[] {
  const rank = ({ passes, clean, stage }: MovingShard) => (passes > 0 && !clean ? 0 : order[stage]);
  return shards.toSorted((a, b) => rank(a) - rank(b) || a.shard - b.shard);
}

/** What the comparisons of a shard say, and whether that needs attention. */
export function comparisonOf({ passes, clean, differences }: MovingShard): {
  text: string;
  isAlarming: boolean;
} {
  if (passes === 0) return { text: 'not compared yet', isAlarming: false };
  const healed = differences === 0 ? '' : `, ${differences.toLocaleString('en')} healed`;
  if (clean) return { text: `alike${healed}`, isAlarming: false };
  return { text: `${differences.toLocaleString('en')} unlike`, isAlarming: true };
}
