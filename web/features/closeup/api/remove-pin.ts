import { useMutation, useQueryClient } from '@tanstack/preact-query';
import type { PinView } from '#services/pins/contract';
import { useApi } from '../../../shared/api/api.ts';
import { messageOf } from '../../../shared/api/api-error.ts';
import { forgetPin } from '../../../shared/api/forget-pin.ts';
import { goBack } from '../../../shared/nav/location.ts';
import { toast } from '../../../shared/ui/toast.ts';

/** Removes one's pin and leaves its page. */
export function useRemovePin(pin: PinView) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.send('DELETE', `/api/pins/${pin.id}`),
    onSuccess: () => {
      forgetPin(client, pin);
      toast('Deleted.');
      goBack(`/board/${pin.board.id}`);
    },
    onError: (error) => toast(`Not deleted. ${messageOf(error)}`, { tone: 'alarm' }),
  });
}
