import { queryOptions } from '@tanstack/preact-query';
import type { QueueView } from '#services/jobs/contract';
import type { Api } from '../../../shared/api/api.ts';

/** How the jobs of each name do; asked for again and again. */
export function queuesQuery(api: Api) {
  return queryOptions({
    queryKey: ['operations', 'queues'],
    queryFn: async ({ signal }) =>
      (await api.get<{ items: QueueView[] }>('/api/operations/queues', signal)).items,
    staleTime: 0,
    refetchInterval: 2000,
  });
}
