import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useApi } from '../../../shared/api/api.ts';
import { messageOf } from '../../../shared/api/api-error.ts';
import { toast } from '../../../shared/ui/toast.ts';
import { migrationsQuery } from './get-migrations.ts';

/** Where a migration is to go: on to its next phase, or back. */
export type Direction = 'advance' | 'rollback';

/** Sends a migration on or back. */
export function useDirectMigration(id: string) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (direction: Direction) => api.send('POST', `/api/operations/migrations/${id}/${direction}`),
    onError: (error) => toast(messageOf(error), { tone: 'alarm' }),
    onSettled: () => client.invalidateQueries({ queryKey: migrationsQuery(api).queryKey }),
  });
}
