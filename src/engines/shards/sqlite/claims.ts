/** Claims in a shard's file. */
import type { Id } from '#kernel/ids';
import { batches, placeholders } from './batches.ts';
import { note } from './journal.ts';
import type { ShardFile } from './shard-file.ts';

/** Takes a name if it is free, inside a transaction; answers its owner. */
export function takeClaim(file: ShardFile, space: string, key: string, id: Id): Id {
  const sql = 'insert into claims (space, key, id) values (?, ?, ?) on conflict do nothing';
  if (file.run(sql, space, key, id) > 0) note(file, 'claims', space, key);
  const rows = file.rows('select cast(id as text) from claims where space = ? and key = ?', space, key);
  return (rows[0]?.[0] ?? id) as Id;
}

/** Adds the owners of names to `owners`. */
export function readClaims(
  file: ShardFile,
  space: string,
  keys: readonly string[],
  owners: Map<string, Id>,
): void {
  for (const batch of batches(keys)) {
    const list = placeholders(batch.length);
    const sql = `select key, cast(id as text) from claims where space = ? and key in (${list})`;
    for (const [key, id] of file.rows(sql, space, ...batch)) owners.set(String(key), id as Id);
  }
}

/** Frees a name if it is `id`'s, inside a transaction. */
export function dropClaim(file: ShardFile, space: string, key: string, id: Id): void {
  const sql = 'delete from claims where space = ? and key = ? and id = ?';
  if (file.run(sql, space, key, id) > 0) note(file, 'claims', space, key);
}
