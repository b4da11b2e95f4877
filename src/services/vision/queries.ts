/** From what somebody looks for to the raw features of it. */
import { buffer } from 'node:stream/consumers';
import type { CropBox, PictureLimits, Pictures } from '#engines/pictures/port';
import { system } from '#kernel/actor';
import { InvalidInputError, NotFoundError } from '#kernel/errors';
import type { Id } from '#kernel/ids';
import type { Media } from '#services/media/contract';
import type { PictureQuery } from './contract.ts';
import { meanFeatures, viewsOf } from './surroundings.ts';

/** What encoding queries stands on. */
export interface QueryDeps {
  readonly pictures: Pick<Pictures, 'encode'>;
  readonly media: Pick<Media, 'data' | 'variant'>;
  readonly limits: PictureLimits;
}

/** A query that has to be encoded: all but a stored picture as a whole. */
export type EncodedQuery = Exclude<PictureQuery, { kind: 'media' }>;

const leastSide = 0.02;
/** A crop box of 0.9999…, as a browser may send it, is taken as touching the edge. */
const rounding = 1e-6;

/** Throws `InvalidInputError` unless the box lies within the picture and is not too small to say anything. */
export function checkCrop({ x, y, width, height }: CropBox): void {
  const sides = [x, y, width, height];
  const inside = sides.every((side) => side >= 0) && x + width <= 1 + rounding && y + height <= 1 + rounding;
  if (inside && Math.min(width, height) >= leastSide) return;
  throw new InvalidInputError('crop', 'must lie within the picture (0 to 1) and be at least 0.02 a side');
}

/** Raw features of a query. About 10 ms on a picture worker, and its decoding; three times that for a part of a picture. */
export async function encodeQuery(deps: QueryDeps, query: EncodedQuery): Promise<Float32Array> {
  const { pictures, limits } = deps;
  if (query.kind === 'file') return pictures.encode({ source: query.path, limits });
  if (query.kind === 'bytes') return pictures.encode({ source: query.bytes, limits });
  checkCrop(query.crop);
  const source = await pictureBytes(deps, query.mediaId);
  return meanFeatures(
    await Promise.all(viewsOf(query.crop).map((crop) => pictures.encode({ source, crop, limits }))),
  );
}

// The largest derivative: a small crop of it still has the pixels that the encoder takes, and it decodes quickly.
async function pictureBytes({ media }: QueryDeps, mediaId: Id): Promise<Buffer> {
  const signature = (await media.data([mediaId])).get(mediaId)?.signature;
  if (signature === undefined) throw new NotFoundError('picture');
  const variant = await media.variant(system, { signature, width: 1200, format: 'webp', accept: '' });
  const body = await variant.open();
  return Buffer.isBuffer(body) ? body : buffer(body);
}
