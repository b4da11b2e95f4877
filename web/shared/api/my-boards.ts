import { queryOptions, useQuery } from '@tanstack/preact-query';
import type { Page } from '#kernel/schema';
import type { BoardView } from '#services/boards/contract';
import { type Api, useApi } from './api.ts';
import { useMe } from './me.ts';

/** One's own boards, last used first. */
export function myBoardsQuery(api: Api) {
  return queryOptions({
    queryKey: ['me', 'boards'],
    queryFn: async ({ signal }) => (await api.get<Page<BoardView>>('/api/me/boards?limit=100', signal)).items,
  });
}

/** One's own boards, last used first; undefined while loading, and for strangers. */
export function useMyBoards(): BoardView[] | undefined {
  const me = useMe();
  return useQuery({ ...myBoardsQuery(useApi()), enabled: me !== null }).data;
}
