import { Link } from 'wouter-preact';
import type { Head, PageContext, PageProps } from '../../shared/nav/page.ts';
import { pinName } from '../../shared/pin/pin-name.ts';
import { type InsightsOf, insightsQuery, usualDays } from './api/get-insights.ts';
import { InsightsView } from './insights-view.tsx';

const of = (params: PageProps['params']): InsightsOf => ({ kind: 'pins', id: params['id'] ?? '' });

/** How one of one's own pins does. */
export function Page({ params }: PageProps) {
  return (
    <InsightsView
      of={of(params)}
      titleOf={(insights) => (insights?.pin ? `Insights: ${pinName(insights.pin)}` : 'Insights')}
      about={() => (
        <>
          How <Link href={`/pin/${params['id']}`}>this pin</Link> does, beside{' '}
          <Link href="/insights">everything of yours</Link>.
        </>
      )}
    />
  );
}

export const load = ({ api, client, params }: PageContext) =>
  client.fetchQuery(insightsQuery(api, of(params), usualDays));

export const head = (): Head => ({ title: 'Insights', hidden: true });
