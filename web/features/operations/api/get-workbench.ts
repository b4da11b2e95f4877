import { queryOptions } from '@tanstack/preact-query';
import type { ArchiveStatus } from '#services/archive/contract';
import type { QueryTable, ReadyQuery } from '#services/queries/contract';
import type { Api } from '../../../shared/api/api.ts';

/** What can be asked. */
export interface Workbench {
  readonly ready: readonly ReadyQuery[];
  readonly tables: readonly QueryTable[];
}

/** Ready-made queries and tables; they never change while the server runs. */
export function workbenchQuery(api: Api) {
  return queryOptions({
    queryKey: ['operations', 'query'],
    queryFn: ({ signal }) => api.get<Workbench>('/api/operations/query', signal),
  });
}

/** How much is archived. */
export function archiveQuery(api: Api) {
  return queryOptions({
    queryKey: ['operations', 'archive'],
    queryFn: ({ signal }) => api.get<ArchiveStatus>('/api/operations/archive', signal),
    staleTime: 0,
  });
}
