/** How a table is sorted: by the column's key. */
export interface Order<K extends string> {
  readonly by: K;
  readonly isDescending: boolean;
}

type Value = number | string;

function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

/** Rows in an order; equal ones stay as they were. */
export function sorted<K extends string, R extends Readonly<Record<K, Value>>>(
  rows: readonly R[],
  { by, isDescending }: Order<K>,
): R[] {
  const sign = isDescending ? -1 : 1;
  return rows.toSorted((a, b) => sign * compare(a[by], b[by]));
}

/** The order after a press on a column: a new one starts with the most, the same one turns around. */
export function pressed<K extends string>(order: Order<K>, by: K): Order<K> {
  return { by, isDescending: order.by === by ? !order.isDescending : true };
}
