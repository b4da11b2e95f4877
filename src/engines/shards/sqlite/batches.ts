/** Lists of values in SQL. */

/** The longest list that one statement takes. */
export const batchSize = 256;

const places = new Map<number, string>();

/** `?` as often as there are values, separated by commas. */
export function placeholders(count: number): string {
  const known = places.get(count) ?? Array<string>(count).fill('?').join(', ');
  places.set(count, known);
  return known;
}

/** Cuts a list into batches whose lengths are powers of two, the last value repeated, so that few statements do for all. */
export function* batches<T>(values: readonly T[]): Iterable<T[]> {
  for (let start = 0; start < values.length; start += batchSize) {
    const batch = values.slice(start, start + batchSize);
    const length = 2 ** Math.ceil(Math.log2(batch.length));
    const last = batch[batch.length - 1];
    while (last !== undefined && batch.length < length) batch.push(last);
    yield batch;
  }
}
