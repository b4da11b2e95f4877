import { queryOptions } from '@tanstack/preact-query';
import type { PersonView } from '#services/accounts/contract';
import type { Api } from './api.ts';

/** A person's page. */
export function personQuery(api: Api, name: string) {
  return queryOptions({
    queryKey: ['user', name],
    queryFn: ({ signal }) => api.get<PersonView>(`/api/users/${name}`, signal),
  });
}
