import { useMutation, useQueryClient } from '@tanstack/preact-query';
import type { PinPatch, PinView } from '#services/pins/contract';
import { useApi } from '../../../shared/api/api.ts';
import { pinQuery } from '../../../shared/api/pin.ts';
import { toast } from '../../../shared/ui/toast.ts';

/** Changes one's pin. */
export function useUpdatePin(id: string) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (patch: PinPatch) => api.send<PinView>('PATCH', `/api/pins/${id}`, patch),
    onSuccess: (pin) => {
      client.setQueryData(pinQuery(api, id).queryKey, pin);
      void client.invalidateQueries({ queryKey: ['board'], refetchType: 'none' });
      toast('Changed.');
    },
  });
}
