/** The crop box in a query string. */
import Type, { type Static } from 'typebox';
import type { CropBox } from '#engines/pictures/port';
import { InvalidInputError } from '#kernel/errors';
import { check } from '#kernel/schema';
import { CropBoxSchema } from '#services/vision/contract';

/** `?x=&y=&w=&h=` in fractions of the picture; all or none. */
export const CropQuerySchema = Type.Object({
  x: Type.Optional(Type.Number()),
  y: Type.Optional(Type.Number()),
  w: Type.Optional(Type.Number()),
  h: Type.Optional(Type.Number()),
});
/** The query's type. */
export type CropQuery = Static<typeof CropQuerySchema>;

// Fractions that a browser rounds may pass the edge by a hair.
const slack = 1e-6;

/** The crop box, or undefined when none is given; throws `InvalidInputError` when it is half given or leaves the picture. */
export function cropOf(query: CropQuery): CropBox | undefined {
  const given = [query.x, query.y, query.w, query.h].filter((value) => value !== undefined);
  if (given.length === 0) return undefined;
  if (given.length < 4) throw new InvalidInputError('crop', 'needs all of x, y, w and h');
  const box = check(CropBoxSchema, { x: query.x, y: query.y, width: query.w, height: query.h }, 'crop');
  if (box.x + box.width > 1 + slack || box.y + box.height > 1 + slack) {
    throw new InvalidInputError('crop', 'must lie inside the picture: x + w and y + h at most 1');
  }
  return { ...box, width: Math.min(box.width, 1 - box.x), height: Math.min(box.height, 1 - box.y) };
}
