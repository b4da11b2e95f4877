import { queryOptions } from '@tanstack/preact-query';
import type { BoardInsights, OwnInsights, PinInsights } from '#services/analytics/contract';
import { type Api, withQuery } from '../../../shared/api/api.ts';

/** What is asked about: one's own pin or board, or all that is one's own. */
export type InsightsOf = { readonly kind: 'pins' | 'boards'; readonly id: string } | { readonly kind: 'own' };

/** What is answered; a pin or a board only where one was asked about. */
export type Insights = Omit<OwnInsights, 'top' | 'boards'> &
  Partial<Pick<OwnInsights, 'top' | 'boards'> & Pick<PinInsights, 'pin'> & Pick<BoardInsights, 'board'>>;

/** Days to begin with. */
export const usualDays = 30;

function pathOf(of: InsightsOf, days: number): string {
  const path = of.kind === 'own' ? '/api/analytics' : `/api/analytics/${of.kind}/${of.id}`;
  return withQuery(path, { days });
}

/** How something of one's own does, by day; asked for again and again, so that it is live. */
export function insightsQuery(api: Api, of: InsightsOf, days: number) {
  const path = pathOf(of, days);
  return queryOptions({
    queryKey: ['insights', path],
    queryFn: ({ signal }) => api.get<Insights>(path, signal),
    staleTime: 0,
    refetchInterval: 3000,
  });
}
