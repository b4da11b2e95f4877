import type { SearchAnswer } from '#services/search/contract';
import type { Api } from '../../../shared/api/api.ts';
import { endless } from '../../../shared/api/pages.ts';

/** What words find: pins page by page; boards and people with the first page. */
export function searchQuery(api: Api, words: string) {
  return {
    ...endless<SearchAnswer>(['search', words], api, '/api/search', { q: words }),
    enabled: words !== '',
  };
}
