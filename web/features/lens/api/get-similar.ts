import { keepPreviousData, queryOptions } from '@tanstack/preact-query';
import type { Page } from '#kernel/schema';
import type { PinView } from '#services/pins/contract';
import { type Api, withQuery } from '../../../shared/api/api.ts';
import type { Box } from '../crop-geometry.ts';

const most = 30;

/** Pins like a part of a pin's picture. The last ones stay until new ones come; an answer no longer wanted is aborted. */
export function similarQuery(api: Api, pinId: string, box: Box) {
  const { x, y, width: w, height: h } = box;
  return queryOptions({
    queryKey: ['pin', pinId, 'similar', x, y, w, h],
    queryFn: ({ signal }) =>
      api.get<Page<PinView>>(withQuery(`/api/pins/${pinId}/similar`, { x, y, w, h, limit: most }), signal),
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  });
}
