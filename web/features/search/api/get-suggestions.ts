import { keepPreviousData, queryOptions } from '@tanstack/preact-query';
import type { Suggestion } from '#services/search/contract';
import { type Api, withQuery } from '../../../shared/api/api.ts';

const most = 8;

/** Completions of what is being typed; the last ones stay until new ones come. */
export function suggestionsQuery(api: Api, words: string) {
  return queryOptions({
    queryKey: ['suggest', words],
    queryFn: async ({ signal }) =>
      (
        await api.get<{ items: Suggestion[] }>(
          withQuery('/api/search/suggest', { q: words, limit: most }),
          signal,
        )
      ).items,
    enabled: words !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });
}
