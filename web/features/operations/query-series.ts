import type { QueryAnswer, QueryChart } from '#services/queries/contract';

/** One column of numbers. */
export interface QuerySeries {
  readonly name: string;
  readonly values: readonly number[];
}

/** What of an answer is drawn: a label each row, and one to three columns of numbers. */
export interface QueryDrawing {
  readonly kind: QueryChart['kind'];
  readonly labels: readonly string[];
  readonly series: readonly QuerySeries[];
}

const mostSeries = 3;
const mostRows = 500;

const isMoment = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value);

/** Column places: of the labels, and of the numbers. */
function placesIn({ columns, rows }: QueryAnswer, chart: QueryChart | undefined): [number, number[]] {
  const place = (name: string): number => columns.findIndex((column) => column.name === name);
  if (chart) return [place(chart.x), chart.y.map(place)];
  const across = columns.findIndex(({ kind }) => kind === 'text');
  const numbers = columns.flatMap(({ kind }, at) =>
    kind === 'number' && at !== Math.max(across, 0) && rows.every((row) => typeof row[at] !== 'string')
      ? [at]
      : [],
  );
  return [Math.max(across, 0), numbers];
}

/** How an answer is drawn, as `chart` says or by what its columns are; undefined when there is nothing to draw. */
export function drawingOf(answer: QueryAnswer, chart?: QueryChart): QueryDrawing | undefined {
  const [across, numbers] = placesIn(answer, chart);
  const rows = answer.rows.slice(0, mostRows);
  const up = numbers.filter((at) => at >= 0).slice(0, mostSeries);
  if (rows.length === 0 || up.length === 0 || across < 0) return undefined;
  const guessed = rows.length > 1 && rows.every((row) => isMoment(row[across])) ? 'line' : 'bar';
  return {
    kind: chart?.kind ?? guessed,
    labels: rows.map((row) => String(row[across] ?? '')),
    series: up.map((at) => ({
      name: answer.columns[at]?.name ?? '',
      values: rows.map((row) => Number(row[at] ?? 0)),
    })),
  };
}

/** The greatest value of all, at least 0. */
export function topOf({ series }: QueryDrawing): number {
  return series.reduce((top, { values }) => values.reduce((most, value) => Math.max(most, value), top), 0);
}
