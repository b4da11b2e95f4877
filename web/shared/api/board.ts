import { queryOptions } from '@tanstack/preact-query';
import type { BoardView } from '#services/boards/contract';
import type { Api } from './api.ts';

/** One board. */
export function boardQuery(api: Api, id: string) {
  return queryOptions({
    queryKey: ['board', id],
    queryFn: ({ signal }) => api.get<BoardView>(`/api/boards/${id}`, signal),
  });
}
