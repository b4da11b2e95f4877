/** How much a shard's file holds, without reading all of it. */
import type { ObjectType } from '#kernel/ids';
import { countedRows, type ShardStats, type TypeStats } from '../port.ts';
import { estimated, sampleIds, sampleStarts, statsOf } from '../stats-of.ts';
import type { ShardFile } from './shard-file.ts';

function number(file: ShardFile, sql: string, ...values: (string | number)[]): number {
  return Number(file.rows(sql, ...values)[0]?.[0] ?? 0);
}

function estimate(file: ShardFile, type: ObjectType, next: number): number {
  const sql = `select count(*) from "${type}" where local_id >= ? and local_id < ?`;
  let found = 0;
  for (const from of sampleStarts(next)) found += number(file, sql, from, from + sampleIds);
  return estimated(found, next);
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

/** How much a file holds. Cost: a few thousand rows and 64 short ranges of keys a type at most. */
export function readStats(file: ShardFile): ShardStats {
  const bytes = number(file, 'pragma page_count') * number(file, 'pragma page_size');
  return statsOf(bytes, (type) => typeStats(file, type));
}
