/** Mappings in a shard's file. Ids go in and out as text, which SQLite turns into 64-bit integers and back. */
import { ConflictError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { LinkChange, MappingEntry, RangeRequest, UnlinkChange } from '../port.ts';
import { batches, placeholders } from './batches.ts';
import { note } from './journal.ts';
import type { Step } from './objects.ts';
import type { ShardFile } from './shard-file.ts';

/** Makes a link ready. */
export function linkStep({ mapping, from, to, sequence, unique }: LinkChange): Step {
  const rule = unique ? 'nothing' : 'update set sequence = excluded.sequence';
  const sql = `insert into "${mapping}" (from_id, to_id, sequence) values (?, ?, ?) on conflict do ${rule}`;
  const table = `mapping:${mapping}` as const;
  return (file) => {
    file.ensureTable(mapping);
    if (file.run(sql, from, to, sequence) === 0) throw new ConflictError('this was added before');
    note(file, table, from, to);
  };
}

/** Makes an unlink ready. */
export function unlinkStep({ mapping, from, to }: UnlinkChange): Step {
  const sql = `delete from "${mapping}" where from_id = ? and to_id = ?`;
  return (file) => {
    if (file.has(mapping) && file.run(sql, from, to) > 0) note(file, `mapping:${mapping}`, from, to);
  };
}

function rangeSql(mapping: string, isAscending: boolean, isBehind: boolean): string {
  const [order, sign] = isAscending ? ['asc', '>'] : ['desc', '<'];
  const behind = isBehind ? `and (sequence, to_id) ${sign} (?, ?)` : '';
  return `select cast(to_id as text), sequence from "${mapping}" where from_id = ? ${behind}
    order by sequence ${order}, to_id ${order} limit ?`;
}

/** Edges from one object. */
export function readRange(file: ShardFile, request: RangeRequest): MappingEntry[] {
  const { mapping, from, limit, ascending = false, after } = request;
  if (!file.has(mapping)) return [];
  const sql = rangeSql(mapping, ascending, after !== undefined);
  const rows = after ? file.rows(sql, from, after.sequence, after.to, limit) : file.rows(sql, from, limit);
  return rows.map(([to, sequence]) => ({ from, to: to as Id, sequence: Number(sequence) }));
}

/** Which of `to` are linked from `from`. */
export function readLinked(file: ShardFile, mapping: string, from: Id, to: readonly Id[]): Set<Id> {
  const found = new Set<Id>();
  if (!file.has(mapping)) return found;
  for (const batch of batches(to)) {
    const list = placeholders(batch.length);
    const sql = `select cast(to_id as text) from "${mapping}" where from_id = ? and to_id in (${list})`;
    for (const [id] of file.rows(sql, from, ...batch)) found.add(id as Id);
  }
  return found;
}

/** How many edges leave `from`. */
export function readCount(file: ShardFile, mapping: string, from: Id): number {
  if (!file.has(mapping)) return 0;
  return Number(file.rows(`select count(*) from "${mapping}" where from_id = ?`, from)[0]?.[0]);
}
