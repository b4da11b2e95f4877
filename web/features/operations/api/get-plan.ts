import { queryOptions } from '@tanstack/preact-query';
import type { Planned } from '#services/capacity/contract';
import { type Api, withQuery } from '../../../shared/api/api.ts';

/** The figures that are given, as they stand in the page's address. */
export type Given = Readonly<Record<string, string>>;

/** The plan from what is given. */
export function planQuery(api: Api, given: Given) {
  return queryOptions({
    queryKey: ['operations', 'plan', given],
    queryFn: ({ signal }) => api.get<Planned>(withQuery('/api/operations/plan', given), signal),
  });
}
