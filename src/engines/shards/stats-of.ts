/** How much a shard holds, put together alike by every adapter. */
import { type ObjectType, objectTypes } from '#kernel/ids';
import { countedRows, type ShardStats, type TypeStats } from './port.ts';

const samples = 64;

/** How many local ids one sample covers. */
export const sampleIds = 128;

/** The first local ids of samples spread evenly below `next`. */
export function sampleStarts(next: number): number[] {
  const step = (next - 1 - sampleIds) / (samples - 1);
  return Array.from({ length: samples }, (_, i) => 1 + Math.floor(i * step));
}

/** Local ids are given out in order, so the share of them that is taken in the samples is that of all. */
export function estimated(found: number, next: number): number {
  return Math.max(countedRows + 1, Math.round((found / (samples * sampleIds)) * (next - 1)));
}

/** The stats of a shard, asked type by type. */
export function statsOf(bytes: number, of: (type: ObjectType) => TypeStats): ShardStats {
  const types = Object.keys(objectTypes) as ObjectType[];
  const entries = types.map((type) => [type, of(type)] as const);
  return { types: Object.fromEntries(entries) as Record<ObjectType, TypeStats>, bytes };
}

/** A type of which nothing was ever written. */
export const noRows: TypeStats = { rows: 0, isExact: true, next: 1 };

/** A shard in which nothing was ever written. */
export const noStats = statsOf(0, () => noRows);
