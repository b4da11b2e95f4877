import type { UseInfiniteQueryResult } from '@tanstack/preact-query';
import { useLatest } from '../ui/use-latest.ts';
import type { More } from './more-note.tsx';

/** An infinite query as the rest of a list. */
export function useMoreOf<T>(query: UseInfiniteQueryResult<T>): More {
  const load = useLatest(() => void query.fetchNextPage());
  return {
    hasMore: query.hasNextPage,
    isLoading: query.isFetchingNextPage,
    error: query.isFetchNextPageError ? query.error : null,
    load,
  };
}
