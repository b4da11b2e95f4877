/** The little statistics that detection needs. */

/** The middle of numbers; the mean of the two in the middle of an even count; NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** The median absolute deviation, scaled to be the standard deviation of normal numbers (Hampel 1974). */
export function robustDeviation(numbers: readonly number[], middle = median(numbers)): number {
  return 1.4826 * median(numbers.map((number) => Math.abs(number - middle)));
}

/**
 * How many standard deviations a count is off what was expected: the signed root of the deviance of a Poisson count
 * (McCullagh & Nelder, Generalized Linear Models, 2.4), half a count nearer for continuity. Good down to expectations of a
 * hundredth, where the normal approximation is not. `dispersion` is the variance over the mean: 1 for Poisson counts.
 */
export function countDeviation(count: number, expected: number, dispersion = 1): number {
  const off = count - expected;
  if (Math.abs(off) <= 0.5 || expected <= 0) return 0;
  const near = count - Math.sign(off) / 2;
  const deviance = 2 * ((near > 0 ? near * Math.log(near / expected) : 0) - (near - expected));
  return Math.sign(off) * Math.sqrt(Math.max(0, deviance) / dispersion);
}

/** A number within bounds. */
export function within(least: number, number: number, most: number): number {
  return Math.min(most, Math.max(least, number));
}

/** To three digits: what is stored, and what is sent. */
export function rounded(number: number): number {
  return number === 0 ? 0 : Number(number.toPrecision(3));
}
