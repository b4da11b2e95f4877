import { useState } from 'preact/hooks';
import { drawing } from './bar-path.ts';
import { areaPath, linePath, roundMax } from './line-path.ts';
import { partsOf, summaryOf, type Values } from './live-series.ts';
import { ageText } from './live-text.ts';

/** One line of a chart. */
export interface ChartLine {
  readonly name: string;
  readonly values: Values;
  /** `main` stands out, `alarm` is what should be zero. */
  readonly look: 'main' | 'second' | 'third' | 'alarm';
  /** Filled down to the ground. */
  readonly isArea?: boolean;
}

/** A chart over time. */
export interface LineChartProps {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
  /** What is usual now, as a dashed line. */
  readonly usual?: number | null | undefined;
  /** Of what, where there are several lines. */
  readonly usualOf?: string;
  /** It is at least so high, else as a round number above the largest value. */
  readonly least?: number;
  /** How long it looks back, in words. */
  readonly span: string;
  /** Milliseconds from one value to the next. */
  readonly stepMs: number;
}

const rows = 10;
const nothing = '–';

const textOf = (value: number | null, format: (value: number) => string) =>
  value === null ? nothing : format(value);

function summaryText({ title, lines, format, span, usual }: LineChartProps): string {
  const parts = lines.map(({ name, values }) => {
    const { now, mean, most } = summaryOf(values);
    return `${name} now ${textOf(now, format)}, ${textOf(mean, format)} on average, ${textOf(most, format)} at most`;
  });
  const usually = usual === null || usual === undefined ? '' : `; usually ${format(usual)}`;
  return `${title}, the last ${span}: ${parts.join('; ')}${usually}`;
}

/** The same in figures, drawn while it is open. */
function ChartTable({ title, lines, format, span }: LineChartProps) {
  const [isOpen, setOpen] = useState(false);
  const parts = lines.map(({ values }) => partsOf(values, rows));
  return (
    <details class="chart-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        As a table<span class="visually-hidden">: {title}</span>
      </summary>
      {isOpen && (
        <table class="figures">
          <caption class="visually-hidden">
            {title}: means of tenths of the last {span}, the oldest first
          </caption>
          <thead>
            <tr>
              <th scope="col">Tenth</th>
              {lines.map(({ name }) => (
                <th key={name} scope="col" class="is-number">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: rows }, (_, row) => (
              <tr key={row}>
                <th scope="row">{row + 1}</th>
                {lines.map(({ name }, i) => (
                  <td key={name} class="is-number">
                    {textOf(parts[i]?.[row] ?? null, format)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}

interface PlotProps {
  readonly chart: LineChartProps;
  readonly max: number;
  readonly level: number | null;
  /** The step that is pointed at. */
  readonly at: number | null;
  readonly onPoint: (at: number | null) => void;
}

/** The drawing itself; it is stretched to its place. */
function Plot({ chart, max, level, at, onPoint }: PlotProps) {
  const { lines } = chart;
  const steps = Math.max(1, (lines[0]?.values.length ?? 1) - 1);
  return (
    <svg
      viewBox={`0 -2 ${drawing.width} ${drawing.height + 4}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={summaryText(chart)}
      onPointerMove={({ offsetX, currentTarget }) =>
        onPoint(Math.round((Math.min(1, Math.max(0, offsetX / currentTarget.clientWidth)) || 0) * steps))
      }
      onPointerLeave={() => onPoint(null)}
    >
      <path class="chart-grid" d={`M0 0H${drawing.width}M0 ${drawing.height / 2}H${drawing.width}`} />
      {lines.map(
        ({ name, values, look, isArea }) =>
          isArea && <path key={name} class={`chart-area look-${look}`} d={areaPath(values, max)} />,
      )}
      {level !== null && <path class="chart-usual" d={`M0 ${level}H${drawing.width}`} />}
      {lines.map(({ name, values, look }) => (
        <path key={name} class={`chart-line look-${look}`} d={linePath(values, max)} />
      ))}
      {at !== null && (
        <path class="chart-pointed" d={`M${(at / steps) * drawing.width} 0V${drawing.height}`} />
      )}
    </svg>
  );
}

/** Lines over time on one scale; the legend tells their values where one points, else the last ones. */
export function LineChart(props: LineChartProps) {
  const { title, lines, format, usual = null, usualOf, span, stepMs } = props;
  const [pointed, setPointed] = useState<number | null>(null);
  const largest = Math.max(usual ?? 0, ...lines.map(({ values }) => summaryOf(values).most ?? 0));
  const max = Math.max(props.least ?? 0, roundMax(largest));
  const level = usual === null ? null : drawing.height * (1 - Math.min(1, usual / max));
  const ago = pointed === null ? 0 : (((lines[0]?.values.length ?? 1) - 1 - pointed) * stepMs) / 1000;
  return (
    <figure class="line-chart">
      <figcaption>
        <strong>{title}</strong>
        {lines.map(({ name, values, look }) => (
          <span key={name} class={`chart-key look-${look}`}>
            {name} <b>{textOf(values.at(pointed ?? -1) ?? null, format)}</b>
          </span>
        ))}
        {usual !== null && (
          <span class="chart-key look-usual">
            {usualOf === undefined ? 'usual' : `usual ${usualOf}`} <b>{format(usual)}</b>
          </span>
        )}
      </figcaption>
      <div class="chart-plot">
        <Plot chart={props} max={max} level={level} at={pointed} onPoint={setPointed} />
        <span class="chart-mark is-top" aria-hidden="true">
          {format(max)}
        </span>
        <span class="chart-mark is-middle" aria-hidden="true">
          {format(max / 2)}
        </span>
      </div>
      <div class="bars-ends" aria-hidden="true">
        <small>{span} ago</small>
        {pointed !== null && <small>{ageText(ago)} ago</small>}
        <small>now</small>
      </div>
      <ChartTable {...props} />
    </figure>
  );
}
