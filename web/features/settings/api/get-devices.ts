import { queryOptions } from '@tanstack/preact-query';
import type { Device } from '#services/accounts/contract';
import type { Api } from '../../../shared/api/api.ts';

/** Where one is signed in. */
export function devicesQuery(api: Api) {
  return queryOptions({
    queryKey: ['devices'],
    queryFn: async ({ signal }) => (await api.get<{ items: Device[] }>('/api/sessions', signal)).items,
  });
}
