import { Link } from 'wouter-preact';
import type { Head, PageContext, PageProps } from '../../shared/nav/page.ts';
import { type InsightsOf, insightsQuery, usualDays } from './api/get-insights.ts';
import { InsightsView } from './insights-view.tsx';

const of = (params: PageProps['params']): InsightsOf => ({ kind: 'boards', id: params['id'] ?? '' });

/** How one of one's own boards does. */
export function Page({ params }: PageProps) {
  return (
    <InsightsView
      of={of(params)}
      titleOf={(insights) => (insights?.board ? `Insights: ${insights.board.name}` : 'Insights')}
      about={() => (
        <>
          How the pins of <Link href={`/board/${params['id']}`}>this board</Link> do together, beside{' '}
          <Link href="/insights">everything of yours</Link>.
        </>
      )}
    />
  );
}

export const load = ({ api, client, params }: PageContext) =>
  client.fetchQuery(insightsQuery(api, of(params), usualDays));

export const head = (): Head => ({ title: 'Insights', hidden: true });
