import { queryOptions } from '@tanstack/preact-query';
import type { ExportView } from '#services/exports/contract';
import type { Api } from '../../../shared/api/api.ts';

const isUnderWay = (state: ExportView['state'] | undefined): boolean =>
  state === 'pending' || state === 'running';

/** One's own export; asked for again and again while it is made. */
export function exportQuery(api: Api) {
  return queryOptions({
    queryKey: ['export'],
    queryFn: ({ signal }) => api.get<ExportView>('/api/me/export', signal),
    staleTime: 0,
    refetchInterval: ({ state }) => (isUnderWay(state.data?.state) ? 1000 : false),
  });
}
