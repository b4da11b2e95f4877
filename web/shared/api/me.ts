import { queryOptions, useQuery } from '@tanstack/preact-query';
import type { Me } from '#services/accounts/contract';
import { type Api, useApi } from './api.ts';
import { hasStatus } from './api-error.ts';

async function getMe(api: Api, signal: AbortSignal): Promise<Me | null> {
  try {
    return await api.get<Me>('/api/me', signal);
  } catch (error) {
    if (hasStatus(error, 401)) return null;
    throw error;
  }
}

/** Who is signed in; null for a stranger. */
export function meQuery(api: Api) {
  return queryOptions({
    queryKey: ['me'],
    queryFn: ({ signal }) => getMe(api, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Who is signed in; null for a stranger. */
export function useMe(): Me | null {
  return useQuery(meQuery(useApi())).data ?? null;
}
