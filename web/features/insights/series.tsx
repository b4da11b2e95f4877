import { useState } from 'preact/hooks';
import type { Insights } from './api/get-insights.ts';
import { DayBars } from './day-bars.tsx';
import { type Kind, kinds } from './kinds.ts';

/** How something does. */
export interface SeriesProps {
  readonly insights: Insights;
}

/** The totals, each at a press the bars below. */
export function Series({ insights: { days, totals } }: SeriesProps) {
  const [shown, setShown] = useState<Kind>('impressions');
  const name = kinds.find(({ kind }) => kind === shown)?.name ?? '';
  return (
    <section class="panel" aria-label="By day">
      <div class="kinds">
        {kinds.map(({ kind, name, meaning }) => (
          <button
            key={kind}
            type="button"
            class="kind"
            aria-pressed={kind === shown}
            onClick={() => setShown(kind)}
          >
            <span>{name}</span>
            <strong>{totals[kind].toLocaleString('en')}</strong>
            <small>{meaning}</small>
          </button>
        ))}
      </div>
      <DayBars days={days} kind={shown} name={name} />
    </section>
  );
}
