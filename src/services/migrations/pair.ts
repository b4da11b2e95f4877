/** The two sides of a shard that is being moved. */
import type { MovableShards, RowKey, RowName, TransferTable } from '#engines/shards/transfer';

/** Where a shard lives, and where it is copied to. */
export interface Pair {
  readonly shard: number;
  /** Where people read and write it. */
  readonly truth: MovableShards;
  readonly copy: MovableShards;
}

/** A row's key as a text, to look it up by. */
export function keyText(key: RowKey): string {
  return JSON.stringify(key);
}

/** Names by table. */
export function byTable(names: readonly RowName[]): Map<TransferTable, RowKey[]> {
  const tables = new Map<TransferTable, RowKey[]>();
  for (const { table, key } of names) {
    const keys = tables.get(table);
    if (keys) keys.push(key);
    else tables.set(table, [key]);
  }
  return tables;
}
