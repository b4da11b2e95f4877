import { useEffect, useState } from 'preact/hooks';
import type { Snapshot } from '#services/monitor/contract';
import type { Head, PageContext } from '../../shared/nav/page.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { AlertList } from './alert-list.tsx';
import { snapshotQuery } from './api/get-snapshot.ts';
import { useFrames, type Watching } from './api/use-frames.ts';
import { LiveCharts } from './live-charts.tsx';
import { LiveTables } from './live-tables.tsx';
import { OperationsFrame } from './operations-frame.tsx';
import { SignalTable } from './signal-table.tsx';

const title = 'Live';
const hourMs = 10_000;

const stateWords: Readonly<Record<Watching['state'], string>> = {
  live: 'live, a frame each second',
  paused: 'paused',
  away: 'the stream was lost; connecting again',
};

type Range = 'seconds' | 'hour';
const ranges: readonly { readonly range: Range; readonly span: string }[] = [
  { range: 'seconds', span: '5 minutes' },
  { range: 'hour', span: '1 hour' },
];

interface BarProps {
  readonly state: Watching['state'];
  readonly range: Range;
  readonly onRange: (range: Range) => void;
  readonly onPause: () => void;
}

/** How far to look back, and whether it moves. */
function Bar({ state, range, onRange, onPause }: BarProps) {
  return (
    <div class="live-bar">
      <fieldset class="live-ranges">
        <legend class="visually-hidden">How far to look back</legend>
        {ranges.map((one) => (
          <Button key={one.range} aria-pressed={one.range === range} onClick={() => onRange(one.range)}>
            {one.span}
          </Button>
        ))}
      </fieldset>
      <Button onClick={onPause}>{state === 'paused' ? 'Go on' : 'Pause'}</Button>
      <span role="status" class={`live-state is-${state}`}>
        {stateWords[state]}
      </span>
    </div>
  );
}

/** An hour is asked for again now and then; the seconds come by themselves. */
function useHourly(isShown: boolean, refresh: () => void): void {
  useEffect(() => {
    if (!isShown) return;
    refresh();
    const timer = setInterval(refresh, hourMs);
    return () => clearInterval(timer);
  }, [isShown]);
}

function Body({ snapshot, range }: { readonly snapshot: Snapshot; readonly range: Range }) {
  const { alerts, signals } = snapshot;
  const span = ranges.find((one) => one.range === range)?.span ?? '';
  return (
    <>
      <AlertList alerts={alerts} signals={signals} />
      <LiveCharts history={snapshot[range]} signals={signals} span={span} />
      <SignalTable signals={signals} />
      <LiveTables frame={snapshot} />
    </>
  );
}

/** The site second by second: traffic, latency, errors, queues, consumers, cache, shards, alerts. */
export function Page() {
  const [isPaused, setPaused] = useState(false);
  const [range, setRange] = useState<Range>('seconds');
  const { snapshot, state, error, refresh } = useFrames(isPaused);
  useHourly(range === 'hour' && !isPaused, refresh);
  useTitle(title);
  return (
    <OperationsFrame title={title} here="/operations/live">
      <Bar state={state} range={range} onRange={setRange} onPause={() => setPaused(!isPaused)} />
      {snapshot && <Body snapshot={snapshot} range={range} />}
      {!snapshot && error !== null && <ErrorNote error={error} onRetry={refresh} />}
    </OperationsFrame>
  );
}

export const load = ({ api, client }: PageContext) => client.fetchQuery(snapshotQuery(api));

export const head = (): Head => ({ title, hidden: true });
