import { useMutation } from '@tanstack/preact-query';
import type { QueryAnswer } from '#services/queries/contract';
import { useApi } from '../../../shared/api/api.ts';

/** Rows that the page asks for at most. */
const limit = 10_000;

/** Asks the archive in SQL. */
export function useAskArchive() {
  const api = useApi();
  return useMutation({
    mutationFn: (sql: string) => api.send<QueryAnswer>('POST', '/api/operations/query', { sql, limit }),
  });
}
