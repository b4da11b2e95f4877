import { queryOptions } from '@tanstack/preact-query';
import type { Live } from '#services/capacity/contract';
import type { Api } from '../../../shared/api/api.ts';

/** What lies on each shard; the server counts once a minute. */
export function liveQuery(api: Api) {
  return queryOptions({
    queryKey: ['operations', 'shards'],
    queryFn: ({ signal }) => api.get<Live>('/api/operations/shards', signal),
    refetchInterval: 60_000,
  });
}
