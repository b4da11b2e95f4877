/** What every benchmark answers, and how runs are made comparable. */

/** Figures by name, in groups where there are several of a kind; units are in the names (`_s`, `_ms`, `_mb`, `per_s`). */
export interface Figures {
  readonly [name: string]: number | Figures;
}

/** The last line that `npm run bench` prints. */
export interface BenchResult {
  readonly bench: string;
  readonly size: number;
  readonly ours: Figures;
  readonly peer: Figures;
  readonly limit: Figures;
  readonly ratio: Figures;
}

/** A benchmark: `size` is its own measure of work, documented beside it. Progress goes to standard error. */
export interface Bench {
  readonly name: string;
  readonly defaultSize: number;
  run(size: number): Promise<Omit<BenchResult, 'bench' | 'size'>>;
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError('no values');
  return (low + high) / 2;
}

/** Rounds to four significant digits, for reading. */
export function tidy(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toPrecision(4)) : tidy(value),
    ]),
  );
}

/** Seconds that a piece of work takes. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Runs two pieces of work in turn, A B A B …, so that a drifting machine treats both alike; answers the results of each. */
export async function inTurn<A, B>(
  rounds: number,
  a: () => Promise<A>,
  b: () => Promise<B>,
): Promise<{ a: A[]; b: B[] }> {
  const results: { a: A[]; b: B[] } = { a: [], b: [] };
  for (let round = 0; round < rounds; round += 1) {
    results.a.push(await a());
    results.b.push(await b());
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
  return results;
}

/** Ratios a[i] / b[i], their median: how a compares with b under the same conditions. */
export function medianRatio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((value, at) => value / (b[at] ?? Number.NaN)));
}
