/** What is due in which phase, and what a phase needs before the next one may begin. */
import { ConflictError, InvalidInputError } from '#kernel/errors';
import type { Phase } from './contract.ts';
import type { Mover } from './mover.ts';
import { hasEnded, type MigrationRecord } from './record.ts';

const copyingPhases: ReadonlySet<Phase> = new Set(['dual-write', 'validate', 'cutover', 'backup']);

/** Whether rows are copied and followed. */
export function isCopying({ phase }: MigrationRecord): boolean {
  return copyingPhases.has(phase);
}

/** Shards that the dial wants to live elsewhere than they do: moved from the lowest number up, taken back from the highest down. */
export function misplaced({ percent }: MigrationRecord, movers: readonly Mover[]): Mover[] {
  const wanted = Math.ceil((movers.length * percent) / 100);
  const forth = movers.slice(0, wanted).filter((mover) => !mover.hasMoved);
  const back = movers.slice(wanted).filter((mover) => mover.hasMoved);
  return [...forth, ...back.reverse()];
}

/** What is missing for the phase to be done, in words; undefined when nothing is. */
export function missing(record: MigrationRecord, movers: readonly Mover[]): string | undefined {
  const count = (is: (mover: Mover) => boolean) => movers.filter((mover) => !is(mover)).length;
  const uncopied = count(({ shard }) => shard.stage === 'following');
  const unclean = count(({ shard }) => shard.clean);
  if (record.phase === 'dual-write' && uncopied > 0)
    return `${uncopied} of ${movers.length} shards are not copied yet`;
  if (record.phase === 'validate' && unclean > 0)
    return `${unclean} of ${movers.length} shards were not found the same on both sides yet`;
  const waiting = record.phase === 'cutover' ? misplaced(record, movers).length : 0;
  return waiting > 0 ? `${waiting} shards have not changed engines yet` : undefined;
}

/** Whether there is nothing left to do until somebody says so. */
export function isSettled(record: MigrationRecord, movers: readonly Mover[]): boolean {
  const { phase, auto, error, percent } = record;
  if (hasEnded(record)) return true;
  if (error !== null || phase === 'finishing' || phase === 'rolling-back') return false;
  if (phase === 'backup') return true;
  const goesOn = phase === 'cutover' ? percent === 100 : auto;
  return !goesOn && missing(record, movers) === undefined;
}

function requirePercent(percent: number): number {
  if (percent >= 0 && percent <= 100) return percent;
  throw new InvalidInputError('percent', 'must be from 0 to 100');
}

const isDialled = (phase: Phase): boolean =>
  phase === 'validate' || phase === 'cutover' || phase === 'backup';

/** Where `advance` leads; throws `ConflictError` when it may not. */
export function nextOf(
  record: MigrationRecord,
  movers: readonly Mover[],
  percent: number | undefined,
): { phase: Phase; percent: number } {
  const { phase } = record;
  if (percent !== undefined) requirePercent(percent);
  if (percent !== undefined && !isDialled(phase))
    throw new ConflictError(`the dial is for the cutover; ${record.name} is in ${phase}`, 'percent');
  const lack = phase === 'cutover' ? undefined : missing(record, movers);
  if (lack !== undefined) throw new ConflictError(`${record.name} cannot go on: ${lack}`);
  if (phase === 'shadow-read') return { phase: 'dual-write', percent: 0 };
  if (phase === 'dual-write') return { phase: 'validate', percent: 0 };
  if (isDialled(phase) && (phase !== 'backup' || percent !== undefined))
    return { phase: 'cutover', percent: percent ?? 100 };
  throw new ConflictError(
    phase === 'backup' ? `${record.name} is done: finish it, or take it back` : `${record.name} is ${phase}`,
  );
}
