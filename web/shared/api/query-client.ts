import { type DefaultOptions, QueryClient } from '@tanstack/preact-query';
import { ApiError } from './api-error.ts';

/** One more try when there was no answer; a refusal is final. */
function shouldRetry(failures: number, error: Error): boolean {
  const isTemporary = !(error instanceof ApiError) || error.status === 0 || error.status >= 502;
  return isTemporary && failures < 1;
}

/** What the server sets otherwise: one try, no clean-up timers. */
export type ClientOptions = Pick<NonNullable<DefaultOptions['queries']>, 'retry' | 'gcTime'>;

/** The cache of what the API answered. Lists stay as they were scrolled until something changes them. */
export function createQueryClient(options: ClientOptions = {}): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 60_000,
        gcTime: 30 * 60_000,
        retry: shouldRetry,
        retryDelay: 600,
        refetchOnWindowFocus: false,
        networkMode: 'always',
        ...options,
      },
      mutations: { networkMode: 'always' },
    },
  });
}
