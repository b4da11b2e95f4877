import { queryOptions } from '@tanstack/preact-query';
import type { Alert, Snapshot } from '#services/monitor/contract';
import type { Api } from '../../../shared/api/api.ts';

/** The site as it is, with the last five minutes and the last hour. */
export function snapshotQuery(api: Api) {
  return queryOptions({
    queryKey: ['operations', 'live'],
    queryFn: ({ signal }) => api.get<Snapshot>('/api/operations/live', signal),
    staleTime: 0,
  });
}

/** The last alerts; asked for now and then. */
export function alertsQuery(api: Api) {
  return queryOptions({
    queryKey: ['operations', 'alerts'],
    queryFn: ({ signal }) =>
      api
        .get<{ readonly items: readonly Alert[] }>('/api/operations/alerts', signal)
        .then(({ items }) => items),
    staleTime: 0,
    refetchInterval: 10_000,
  });
}
