/** Sequences of local ids in a shard's file. */
import type { ObjectType } from '#kernel/ids';
import { note } from './journal.ts';
import type { ShardFile } from './shard-file.ts';

/** Takes `count` local ids out of the file's sequence, inside a transaction; answers the first. Local ids start at 1. */
export function takeSequence(file: ShardFile, type: ObjectType, count: number): number {
  const sql = `insert into sequences (type, next) values (?, ? + 1)
    on conflict do update set next = next + ? returning next - ?`;
  const first = Number(file.rows(sql, type, count, count, count)[0]?.[0]);
  note(file, 'sequences', type);
  return first;
}
