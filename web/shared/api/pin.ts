import { queryOptions } from '@tanstack/preact-query';
import type { PinView } from '#services/pins/contract';
import type { Api } from './api.ts';

/** One pin. */
export function pinQuery(api: Api, id: string) {
  return queryOptions({
    queryKey: ['pin', id],
    queryFn: ({ signal }) => api.get<PinView>(`/api/pins/${id}`, signal),
  });
}
