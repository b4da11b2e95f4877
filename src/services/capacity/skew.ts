/** How unevenly something lies on the shards. */
import type { Skew } from './contract.ts';

const mostTop = 5;

/**
 * The Gini coefficient of amounts in ascending order: half the mean difference of all pairs over the mean.
 * Source: "Variabilità e mutabilità" (Corrado Gini, 1912), in the form for sorted samples.
 */
function gini(ascending: readonly number[], total: number): number {
  if (total === 0) return 0;
  const n = ascending.length;
  const ranked = ascending.reduce((sum, amount, i) => sum + (i + 1) * amount, 0);
  return (2 * ranked) / (n * total) - (n + 1) / n;
}

/** Skew of the amounts of shards 0, 1, 2 …; `top` holds shard numbers, the fullest first. */
export function skewOf(amounts: readonly number[]): Skew {
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  const mean = amounts.length === 0 ? 0 : total / amounts.length;
  const max = amounts.reduce((most, amount) => Math.max(most, amount), 0);
  const byAmount = amounts.map((amount, shard) => ({ amount, shard })).filter(({ amount }) => amount > 0);
  byAmount.sort((a, b) => b.amount - a.amount || a.shard - b.shard);
  return {
    total,
    mean,
    max,
    maxOverMean: mean === 0 ? 0 : max / mean,
    gini: gini(
      amounts.toSorted((a, b) => a - b),
      total,
    ),
    top: byAmount.slice(0, mostTop).map(({ shard }) => shard),
  };
}
