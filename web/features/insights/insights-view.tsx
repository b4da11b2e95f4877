import { useQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { useApi } from '../../shared/api/api.ts';
import { useTitle } from '../../shared/nav/use-title.ts';
import { ErrorNote } from '../../shared/ui/note.tsx';
import { type Insights, type InsightsOf, insightsQuery, usualDays } from './api/get-insights.ts';
import { Series } from './series.tsx';
import { TopPins } from './top-pins.tsx';

/** Something of one's own. */
export interface InsightsViewProps {
  readonly of: InsightsOf;
  /** What it is called, once that is known. */
  readonly titleOf: (insights: Insights | undefined) => string;
  /** What stands below the title. */
  readonly about: (insights: Insights) => ComponentChildren;
  readonly children?: (insights: Insights) => ComponentChildren;
}

const ranges = [7, 30, 90, 365];

interface RangeProps {
  readonly days: number;
  readonly onChoose: (days: number) => void;
}

function Range({ days, onChoose }: RangeProps) {
  return (
    <label class="range">
      The last{' '}
      <select value={days} onChange={(event) => onChoose(Number(event.currentTarget.value))}>
        {ranges.map((range) => (
          <option key={range} value={range}>
            {range} days
          </option>
        ))}
      </select>
    </label>
  );
}

/** How something of one's own does: totals and bars by day, live. */
export function InsightsView({ of, titleOf, about, children }: InsightsViewProps) {
  const [days, setDays] = useState(usualDays);
  const query = useQuery(insightsQuery(useApi(), of, days));
  const { data } = query;
  const title = titleOf(data);
  useTitle(title);
  return (
    <div class="page insights">
      <header class="insights-head">
        <div>
          <h1>{title}</h1>
          {data && <p class="lead">{about(data)}</p>}
        </div>
        <Range days={days} onChoose={setDays} />
      </header>
      {data && (
        <>
          <Series insights={data} />
          {children?.(data)}
          <TopPins top={data.top ?? []} />
        </>
      )}
      {!data && query.isError && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
    </div>
  );
}
