import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useApi } from '../../../shared/api/api.ts';
import { messageOf } from '../../../shared/api/api-error.ts';
import { toast } from '../../../shared/ui/toast.ts';
import { exportQuery } from './get-export.ts';

/** Begins an export, or removes the one that is ready. */
export function useDirectExport() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (method: 'POST' | 'DELETE') => api.send(method, '/api/me/export'),
    onError: (error) => toast(messageOf(error), { tone: 'alarm' }),
    onSettled: () => client.invalidateQueries({ queryKey: exportQuery(api).queryKey }),
  });
}
