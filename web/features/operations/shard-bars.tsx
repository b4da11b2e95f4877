import type { Skew } from '#services/capacity/contract';
import { barPath, drawing } from './bar-path.ts';

/** How much lies on each shard. */
export interface ShardBarsProps {
  readonly name: string;
  /** By shard. */
  readonly amounts: readonly number[];
  readonly skew: Skew;
  readonly format: (amount: number) => string;
}

function summary({ name, skew, format }: ShardBarsProps): string {
  const [top] = skew.top;
  if (top === undefined) return `${name}: none on any shard`;
  return `${name} by shard: ${format(skew.total)} in all, ${format(skew.mean)} on average, ${format(skew.max)} on the fullest, shard ${top}`;
}

/** A bar for each shard, the fullest in the accent, a line at the mean. */
export function ShardBars(props: ShardBarsProps) {
  const { name, amounts, skew, format } = props;
  const [top] = skew.top;
  const level = skew.max === 0 ? drawing.height : drawing.height * (1 - skew.mean / skew.max);
  const only = amounts.map((amount, shard) => (shard === top ? amount : 0));
  return (
    <figure class="bars">
      <figcaption>
        <strong>{name}</strong>
        <span class="bars-note">{format(skew.total)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${drawing.width} ${drawing.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={summary(props)}
      >
        <path class="bars-all" d={barPath(amounts, skew.max)} />
        <path class="bars-top" d={barPath(only, skew.max)} />
        <line x1="0" x2={drawing.width} y1={level} y2={level} />
      </svg>
      <small>
        {top === undefined
          ? 'nothing yet'
          : `fullest: shard ${top} with ${skew.maxOverMean.toFixed(1)} × the mean · Gini ${skew.gini.toFixed(2)}`}
      </small>
    </figure>
  );
}
