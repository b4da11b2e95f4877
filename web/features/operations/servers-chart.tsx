import type { Month } from '#services/capacity/contract';
import { barPath, drawing } from './bar-path.ts';
import { dayText, wholeText } from './figures.ts';

/** The plan's months. */
export interface ServersChartProps {
  readonly months: readonly Month[];
}

/** Servers a month: those that there are by the splits, and within them those that are needed. */
export function ServersChart({ months }: ServersChartProps) {
  const [first, last] = [months[0], months.at(-1)];
  if (!first || !last) return null;
  const max = last.servers;
  const label = `Servers by month: ${wholeText(first.servers)} now, ${wholeText(last.servers)} on ${dayText(last.at)}, of which ${wholeText(last.needed)} are needed`;
  return (
    <figure class="bars is-wide">
      <figcaption>
        <strong>Servers</strong>
        <span class="bars-note key-needed">needed</span>
        <span class="bars-note key-there">there by the splits</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${drawing.width} ${drawing.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        <path
          class="bars-there"
          d={barPath(
            months.map(({ servers }) => servers),
            max,
          )}
        />
        <path
          class="bars-all"
          d={barPath(
            months.map(({ needed }) => needed),
            max,
          )}
        />
      </svg>
      <small class="bars-ends">
        <span>
          {dayText(first.at)}: {wholeText(first.servers)}
        </span>
        <span>
          {dayText(last.at)}: {wholeText(last.servers)}
        </span>
      </small>
    </figure>
  );
}
