import { useMutation, useQueryClient } from '@tanstack/preact-query';
import type { BoardPatch, BoardView } from '#services/boards/contract';
import { useApi } from '../../../shared/api/api.ts';
import { boardQuery } from '../../../shared/api/board.ts';

/** Changes one's board. */
export function useUpdateBoard(id: string) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (patch: BoardPatch) => api.send<BoardView>('PATCH', `/api/boards/${id}`, patch),
    onSuccess: (board) => {
      client.setQueryData(boardQuery(api, id).queryKey, board);
      void client.invalidateQueries({ queryKey: ['me', 'boards'] });
      void client.invalidateQueries({ queryKey: ['user'], refetchType: 'none' });
    },
  });
}
