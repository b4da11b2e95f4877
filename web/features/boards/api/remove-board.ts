import { useMutation, useQueryClient } from '@tanstack/preact-query';
import type { BoardView } from '#services/boards/contract';
import { useApi } from '../../../shared/api/api.ts';
import { messageOf } from '../../../shared/api/api-error.ts';
import { go } from '../../../shared/nav/location.ts';
import { toast } from '../../../shared/ui/toast.ts';

/** Removes one's board with its pins, and leaves its page. */
export function useRemoveBoard(board: BoardView) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.send('DELETE', `/api/boards/${board.id}`),
    onSuccess: async () => {
      client.removeQueries({ queryKey: ['user', board.owner.name] });
      client.removeQueries({ queryKey: ['feed'] });
      void client.invalidateQueries({ queryKey: ['me', 'boards'] });
      await go(`/@${board.owner.name}`, { replace: true });
      toast(`${board.name} is deleted.`);
    },
    onError: (error) => toast(`Not deleted. ${messageOf(error)}`, { tone: 'alarm' }),
  });
}
