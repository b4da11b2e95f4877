import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useApi } from '../../../shared/api/api.ts';
import { messageOf } from '../../../shared/api/api-error.ts';
import { toast } from '../../../shared/ui/toast.ts';
import type { Direction } from '../migration.ts';
import { migrationsQuery } from './get-migrations.ts';

/** Sends a migration on, back, or to its end. */
export function useDirectMigration(name: string) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ act, ...options }: Direction) =>
      api.send('POST', `/api/operations/migrations/${name}/${act}`, options),
    onError: (error) => toast(messageOf(error), { tone: 'alarm' }),
    onSettled: () => client.invalidateQueries({ queryKey: migrationsQuery(api).queryKey }),
  });
}
