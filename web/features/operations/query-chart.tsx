import { useState } from 'preact/hooks';
import { drawing as sheet } from './bar-path.ts';
import { type QueryDrawing, topOf } from './query-series.ts';

/** What to draw. */
export interface QueryChartProps {
  readonly drawing: QueryDrawing;
}

const mostBars = 40;
const figure = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 });

/** A line through values from left to right; a single one is a level line. */
function linePath(values: readonly number[], top: number): string {
  const step = sheet.width / Math.max(1, values.length - 1);
  const heightOf = (value: number) =>
    sheet.height - (top > 0 ? Math.max(0, value) / top : 0) * (sheet.height - 2) - 1;
  const points = values.map((value, at) => `${Math.round(at * step)} ${heightOf(value).toFixed(1)}`);
  return points.length === 1 ? `M${points[0]}H${sheet.width}` : `M${points.join('L')}`;
}

function Lines({ drawing }: QueryChartProps) {
  const top = topOf(drawing);
  const [first, last] = [drawing.labels[0], drawing.labels.at(-1)];
  return (
    <div class="bars is-wide">
      <svg
        class="query-lines"
        viewBox={`0 0 ${sheet.width} ${sheet.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${drawing.series.map(({ name }) => name).join(', ')} from ${first} to ${last}, at most ${figure(top)}`}
      >
        {drawing.series.map(({ name, values }, at) => (
          <path key={name} class={`series-${at}`} d={linePath(values, top)} />
        ))}
      </svg>
      <small class="bars-ends">
        <span>{first}</span>
        <span>at most {figure(top)}</span>
        <span>{last}</span>
      </small>
    </div>
  );
}

function Bars({ drawing }: QueryChartProps) {
  const top = topOf(drawing);
  const share = (value: number) => (top > 0 ? Math.max(0, value) / top : 0);
  return (
    <dl class="query-bars">
      {drawing.labels.slice(0, mostBars).map((label, row) => (
        // Labels need not differ.
        <div key={`${row} ${label}`} class="query-bar">
          <dt title={label}>{label || '(none)'}</dt>
          <dd>
            {drawing.series.map(({ name, values }, at) => (
              <span key={name} class={`series-${at}`} style={`--share:${share(values[row] ?? 0)}`}>
                <b>{figure(values[row] ?? 0)}</b>
              </span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** An answer drawn as lines or as bars, with the names of its columns. */
export function QueryChart({ drawing }: QueryChartProps) {
  const [kind, setKind] = useState(drawing.kind);
  return (
    <section class="panel" aria-labelledby="query-chart">
      <div class="query-head">
        <h2 id="query-chart">Chart</h2>
        <fieldset class="query-kinds">
          <legend class="visually-hidden">Draw as</legend>
          {(['line', 'bar'] as const).map((one) => (
            <button
              key={one}
              type="button"
              class="chip"
              aria-pressed={kind === one}
              onClick={() => setKind(one)}
            >
              {one === 'line' ? 'Lines' : 'Bars'}
            </button>
          ))}
        </fieldset>
      </div>
      <ul class="query-legend">
        {drawing.series.map(({ name }, at) => (
          <li key={name} class={`series-${at}`}>
            {name}
          </li>
        ))}
      </ul>
      {kind === 'line' ? <Lines drawing={drawing} /> : <Bars drawing={drawing} />}
      {kind === 'bar' && drawing.labels.length > mostBars && <small>The first {mostBars} rows</small>}
    </section>
  );
}
