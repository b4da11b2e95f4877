/** How much a shard's file holds, without reading all of it. */
import { type ObjectType, objectTypes } from '#kernel/ids';
import { countedRows, type ShardStats, type TypeStats } from '../port.ts';
import type { ShardFile } from './shard-file.ts';

const samples = 64;
const sampleIds = 128;

/** The types that are stored, in the order of their numbers. */
const types = Object.keys(objectTypes) as ObjectType[];

function number(file: ShardFile, sql: string, ...values: (string | number)[]): number {
  return Number(file.rows(sql, ...values)[0]?.[0] ?? 0);
}

/** Local ids are given out in order, so the share of them that is taken in evenly spaced places is that of all. */
function estimate(file: ShardFile, type: ObjectType, next: number): number {
  const sql = `select count(*) from "${type}" where local_id >= ? and local_id < ?`;
  const step = (next - 1 - sampleIds) / (samples - 1);
  let found = 0;
  for (let i = 0; i < samples; i += 1) {
    const from = 1 + Math.floor(i * step);
    found += number(file, sql, from, from + sampleIds);
  }
  return Math.max(countedRows + 1, Math.round((found / (samples * sampleIds)) * (next - 1)));
}

function typeStats(file: ShardFile, type: ObjectType): TypeStats {
  const given = number(file, 'select next from sequences where type = ?', type);
  const highest = number(file, `select max(local_id) from "${type}"`);
  const next = Math.max(1, given, highest + 1);
  const counted = number(file, `select count(*) from (select 1 from "${type}" limit ?)`, countedRows + 1);
  return counted <= countedRows
    ? { rows: counted, isExact: true, next }
    : { rows: estimate(file, type, next), isExact: false, next };
}

function statsOf(bytes: number, of: (type: ObjectType) => TypeStats): ShardStats {
  const entries = types.map((type) => [type, of(type)] as const);
  return { types: Object.fromEntries(entries) as Record<ObjectType, TypeStats>, bytes };
}

/** A shard in which nothing was ever written. */
export const noStats = statsOf(0, () => ({ rows: 0, isExact: true, next: 1 }));

/** How much a file holds. Cost: a few thousand rows and 64 short ranges of keys a type at most. */
export function readStats(file: ShardFile): ShardStats {
  const bytes = number(file, 'pragma page_count') * number(file, 'pragma page_size');
  return statsOf(bytes, (type) => typeStats(file, type));
}
