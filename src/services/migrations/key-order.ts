/** The order of rows, as the shards' port tells it. */
import type { RowKey, TransferTable } from '#engines/shards/transfer';

const byValue = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** Compares parts of keys: ids and numbers by value, other strings by the bytes of their UTF-8. */
function compareParts(a: string | number, b: string | number, isText: boolean): number {
  if (isText) return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
  return byValue(BigInt(a), BigInt(b));
}

/** Negative when `a` comes before `b` in a table, 0 when they are the same key. */
export function compareKeys(table: TransferTable, a: RowKey, b: RowKey): number {
  const isText = table === 'claims' || table === 'sequences';
  for (const [at, part] of a.entries()) {
    const order = compareParts(part, b[at] ?? '', isText);
    if (order !== 0) return order;
  }
  return 0;
}
