import { infiniteQueryOptions } from '@tanstack/preact-query';
import type { Page } from '#kernel/schema';
import type { JobDetail } from '#services/jobs/contract';
import { type Api, withQuery } from '../../../shared/api/api.ts';

/** Which jobs to show; empty text is any. */
export interface JobFilter {
  readonly state: JobDetail['state'];
  readonly name: string;
  readonly payload: string;
}

const pageSize = 20;
const refreshMs = 3000;

/** Jobs that match, the newest first; asked for again and again while few are shown. */
export function jobsQuery(api: Api, filter: JobFilter) {
  return infiniteQueryOptions({
    queryKey: ['operations', 'jobs', filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, limit: pageSize, cursor: pageParam };
      return api.get<Page<JobDetail>>(withQuery('/api/operations/jobs', query), signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page<JobDetail>) => last.cursor,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && state.data.pages.length > 3 ? false : refreshMs),
  });
}
