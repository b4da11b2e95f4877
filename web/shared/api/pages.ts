/** Endless lists: pages behind cursors, flattened, no item twice. */
import { type InfiniteData, infiniteQueryOptions } from '@tanstack/preact-query';
import type { Page } from '#kernel/schema';
import type { PinView } from '#services/pins/contract';
import { type Api, withQuery } from './api.ts';

/** Items asked for at once: about one and a half screens. */
export const pageSize = 40;

/** Query options of an endless list at `path`; `T` is one page. */
export function endless<T extends { readonly cursor: string | null }>(
  key: readonly unknown[],
  api: Api,
  path: string,
  query: Record<string, string> = {},
  limit = pageSize,
) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      api.get<T>(withQuery(path, { ...query, cursor: pageParam, limit }), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last: T) => last.cursor,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Query options of an endless list of pins. */
export function endlessPins(key: readonly unknown[], api: Api, path: string, limit = pageSize) {
  return endless<Page<PinView>>(key, api, path, {}, limit);
}

/** Items by id, first come first kept. */
export function uniqueById<T extends { readonly id: string }>(items: readonly T[]): T[] {
  const seen = new Set<string>();
  return items.filter((item) => !seen.has(item.id) && seen.add(item.id));
}

/** All pins of the pages that are there. */
export function pinsOf(data: InfiniteData<Page<PinView>, unknown> | undefined): PinView[] {
  return uniqueById(data?.pages.flatMap((page) => page.items) ?? []);
}
