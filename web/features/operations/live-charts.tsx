import type { History, Level, Measure, SignalName, SignalView } from '#services/monitor/contract';
import { percentText, shortText } from './figures.ts';
import { type ChartLine, LineChart, type LineChartProps } from './line-chart.tsx';
import { ageText, latencyText, rateText } from './live-text.ts';

/** What to draw, and what is usual. */
export interface LiveChartsProps {
  readonly history: History;
  readonly signals: readonly SignalView[];
  readonly span: string;
}

interface Spec extends Omit<LineChartProps, 'lines' | 'span' | 'stepMs' | 'usual'> {
  readonly lines: readonly (Omit<ChartLine, 'values'> & { readonly of: Measure | Level })[];
  readonly signal?: SignalName;
}

const line = (of: Measure | Level, name: string, look: ChartLine['look'], isArea = false) => ({
  of,
  name,
  look,
  isArea,
});

const charts: readonly Spec[] = [
  {
    title: 'Traffic, a second',
    lines: [line('requests', 'requests', 'second', true), line('feedLoads', 'feed loads', 'main')],
    format: rateText,
    signal: 'feed-loads',
    usualOf: 'feed loads',
  },
  {
    title: 'Latency',
    lines: [line('p50', '50 %', 'third'), line('p90', '90 %', 'second'), line('p99', '99 %', 'main')],
    format: latencyText,
    signal: 'latency',
    usualOf: '99 %',
  },
  { title: 'Errors, a second', lines: [line('errors', 'errors', 'alarm', true)], format: rateText },
  {
    title: 'Sign-ins, a second',
    lines: [line('signIns', 'good', 'second'), line('signInFailures', 'failed', 'alarm', true)],
    format: rateText,
    signal: 'sign-in-failures',
    usualOf: 'failed',
  },
  {
    title: 'Pins, a second',
    lines: [
      line('impressions', 'seen', 'third'),
      line('closeups', 'opened', 'second'),
      line('saves', 'saved', 'main'),
    ],
    format: rateText,
  },
  { title: 'Jobs waiting', lines: [line('queued', 'jobs', 'main', true)], format: shortText, least: 4 },
  {
    title: 'Oldest job that is due',
    lines: [line('queueAge', 'age', 'main', true)],
    format: ageText,
    least: 10,
  },
  {
    title: 'Events behind, the slowest consumer',
    lines: [line('lag', 'events', 'main', true)],
    format: shortText,
    least: 10,
  },
  {
    title: 'Objects found in the cache',
    lines: [line('cacheHits', 'hits', 'main')],
    format: percentText,
    least: 1,
  },
];

/** Small charts of everything that moves, each on a scale of its own. */
export function LiveCharts({ history, signals, span }: LiveChartsProps) {
  const usual = (name: SignalName | undefined) => signals.find((one) => one.name === name)?.expected;
  return (
    <div class="live-charts">
      {charts.map(({ lines, signal, ...spec }) => (
        <div key={spec.title} class="panel">
          <LineChart
            {...spec}
            span={span}
            stepMs={history.stepMs}
            usual={usual(signal)}
            lines={lines.map(({ of, ...rest }) => ({ ...rest, values: history.series[of] ?? [] }))}
          />
        </div>
      ))}
    </div>
  );
}
