/**
 * Edit distance with transpositions: how many letters were missed, added, mistaken or swapped.
 *
 * The optimal string alignment form of Damerau-Levenshtein: row by row, remembering the last
 * two rows, and giving up as soon as a whole row lies above the bound.
 */

/** The distance between two words, or `bound + 1` when it is more than `bound`. Cost: their lengths multiplied. */
export function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) > bound) return bound + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = nextRow(a, b, i, last, before);
    if (Math.min(...row) > bound) return bound + 1;
    before = last;
    last = row;
  }
  return Math.min(last[b.length] ?? 0, bound + 1);
}

function nextRow(
  a: string,
  b: string,
  i: number,
  last: readonly number[],
  before: readonly number[],
): number[] {
  const at = (row: readonly number[], j: number): number => row[j] ?? Number.POSITIVE_INFINITY;
  const row = [i];
  for (let j = 1; j <= b.length; j++) {
    const same = a[i - 1] === b[j - 1] ? 0 : 1;
    let best = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + same);
    const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
    if (swapped) best = Math.min(best, at(before, j - 2) + 1);
    row.push(best);
  }
  return row;
}
