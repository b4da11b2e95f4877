/** Finds pins by looks. */
import type { CropBox } from '#engines/pictures/port';
import type { Actor } from '#kernel/actor';
import { InvalidInputError, NotFoundError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Pins } from '#services/pins/contract';
import type { PictureQuery, SimilarMedia, Vision } from '#services/vision/contract';
import { pinsOfMedia } from './looks.ts';
import { Skeleton } from './skeleton.ts';

/** What the search by looks stands on. */
export interface PictureSearchDeps {
  readonly vision: Pick<Vision, 'similar'>;
  readonly pins: Pick<Pins, 'get' | 'ofMedia' | 'data'>;
}

/** A pin, or a part of it. */
export interface PinQuery {
  readonly pinId: Id;
  readonly crop?: CropBox | undefined;
}

/** Pictures that are looked at for a list that is paged through. */
export const mostAlike = 300;
/** Pictures found beyond those asked for, as some may have no visible pin any more. */
const spare = 10;

/** What looks like a file or bytes; the picture itself first, where it is in the library. */
export function likeFile(
  deps: PictureSearchDeps,
  viewer: Actor,
  query: { path: string } | { bytes: Uint8Array },
  limit: number,
): Skeleton {
  const asked: PictureQuery =
    'path' in query ? { kind: 'file', path: query.path } : { kind: 'bytes', bytes: query.bytes };
  return once(deps, viewer, () => deps.vision.similar(viewer, asked, limit + spare));
}

/** What looks like a pin, or a part of it; its own picture left out. Throws `NotFoundError` when the viewer may not see it. */
export async function likePin(
  deps: PictureSearchDeps,
  viewer: Actor,
  { pinId, crop }: PinQuery,
  limit = mostAlike,
): Promise<() => Skeleton> {
  const { id } = await deps.pins.get(viewer, pinId);
  const mediaId = (await deps.pins.data([id])).get(id)?.mediaId;
  if (mediaId === undefined) throw new NotFoundError('pin');
  const query: PictureQuery = crop ? { kind: 'crop', mediaId, crop } : { kind: 'media', mediaId };
  return () =>
    once(deps, viewer, async () => {
      const similar = await deps.vision.similar(viewer, query, limit + spare);
      return similar.filter((match) => match.mediaId !== mediaId);
    });
}

/** A list that comes in one piece. */
function once(deps: PictureSearchDeps, viewer: Actor, find: () => Promise<SimilarMedia[]>): Skeleton {
  let isRead = false;
  return new Skeleton(async () => {
    if (isRead) return [];
    isRead = true;
    return pinsOfMedia(deps.pins, viewer, await find());
  });
}

/** A limit of a search for tools: 1 to 1,000. */
export function toolLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= 1000) return limit;
  throw new InvalidInputError('limit', 'must be a whole number from 1 to 1000');
}
