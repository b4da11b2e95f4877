import { queryOptions } from '@tanstack/preact-query';
import type { Api } from '../../../shared/api/api.ts';
import { hasStatus } from '../../../shared/api/api-error.ts';
import { isOver, type Migration } from '../migration.ts';

const path = '/api/operations/migrations';
const underWayMs = 2000;
const quietMs = 15_000;

async function getMigrations(api: Api, signal: AbortSignal): Promise<readonly Migration[]> {
  try {
    return (await api.get<{ items: Migration[] }>(path, signal)).items;
  } catch (error) {
    // A server all of whose shards live in its data folder has nothing that could move.
    if (hasStatus(error, 404)) return [];
    throw error;
  }
}

/** All migrations without their shards, the newest first; asked for again and again, often while one is under way. */
export function migrationsQuery(api: Api) {
  return queryOptions({
    queryKey: ['operations', 'migrations'],
    queryFn: ({ signal }) => getMigrations(api, signal),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.every(isOver) === false ? underWayMs : quietMs),
  });
}

/** One migration with its shards; asked for again and again until it is over. */
export function migrationQuery(api: Api, name: string) {
  return queryOptions({
    queryKey: ['operations', 'migrations', name],
    queryFn: ({ signal }) => api.get<Migration>(`${path}/${name}`, signal),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : underWayMs),
  });
}
