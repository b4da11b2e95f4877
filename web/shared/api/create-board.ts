import { useMutation, useQueryClient } from '@tanstack/preact-query';
import type { BoardView, NewBoard } from '#services/boards/contract';
import { useApi } from './api.ts';
import { myBoardsQuery } from './my-boards.ts';

/** Makes a board; it becomes the first of one's own. */
export function useCreateBoard() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (board: NewBoard) => api.send<BoardView>('POST', '/api/boards', board),
    onSuccess: (board) => {
      client.setQueryData(myBoardsQuery(api).queryKey, (boards) => [board, ...(boards ?? [])]);
      void client.invalidateQueries({ queryKey: ['user', board.owner.name] });
    },
  });
}
