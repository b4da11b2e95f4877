import { useMutation, useQueryClient } from '@tanstack/preact-query';
import type { ArchiveRun } from '#services/archive/contract';
import { useApi } from '../../../shared/api/api.ts';
import { messageOf } from '../../../shared/api/api-error.ts';
import { plural } from '../../../shared/ui/format.ts';
import { toast } from '../../../shared/ui/toast.ts';
import { archiveQuery } from './get-workbench.ts';

/** Archives what waits, so that it can be asked. */
export function useArchiveNow() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.send<ArchiveRun>('POST', '/api/operations/archive/run'),
    onSuccess: ({ events }) => toast(`${plural(events, 'event')} archived`),
    onError: (error) => toast(messageOf(error), { tone: 'alarm' }),
    onSettled: () => client.invalidateQueries({ queryKey: archiveQuery(api).queryKey }),
  });
}
