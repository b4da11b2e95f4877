import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useApi } from '../../../shared/api/api.ts';
import { messageOf } from '../../../shared/api/api-error.ts';
import { toast } from '../../../shared/ui/toast.ts';
import { devicesQuery } from './get-devices.ts';

/** Signs another device out. */
export function useRevokeDevice() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.send('DELETE', `/api/sessions/${id}`),
    onSuccess: (_answer, id) => {
      client.setQueryData(devicesQuery(api).queryKey, (devices) =>
        devices?.filter((device) => device.id !== id),
      );
      toast('That device is signed out.');
    },
    onError: (error) => toast(messageOf(error), { tone: 'alarm' }),
  });
}
