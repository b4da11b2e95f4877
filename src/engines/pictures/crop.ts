/** A part of a picture as an encoder takes it. */
import { InvalidInputError } from '#kernel/errors';
import type { CropBox } from './port.ts';
import type { PictureSource } from './probe.ts';
import { decode, fromRaster, type Raster, toSquare } from './raster.ts';

const slack = 1e-6;

function checkBox({ x, y, width, height }: CropBox): void {
  const inside = (start: number, length: number): boolean =>
    start >= -slack && length > 0 && start + length <= 1 + slack;
  if (inside(x, width) && inside(y, height)) return;
  throw new InvalidInputError('crop', 'must lie within the picture: fractions from 0 to 1');
}

/** A start and a length in whole pixels, at least one, inside `whole`. */
function span(start: number, length: number, whole: number): [number, number] {
  const from = Math.min(whole - 1, Math.max(0, Math.round(start * whole)));
  return [from, Math.max(1, Math.min(whole - from, Math.round(length * whole)))];
}

function cut(raster: Raster, box: CropBox): Promise<Raster> {
  const [left, width] = span(box.x, box.width, raster.width);
  const [top, height] = span(box.y, box.height, raster.height);
  const part = fromRaster(raster).extract({ left, top, width, height });
  return part
    .raw()
    .toBuffer()
    .then((data) => ({ ...raster, data, width, height }));
}

// Tiny crops of giant pictures are read at this many pixels in all: the square gains nothing from more.
const mostDecoded = 12e6;

/**
 * The picture, or the part that `crop` names after orientation, stretched to a square. The whole is decoded
 * no larger than what leaves the part at the square's size, so a large JPEG costs little.
 */
export async function squareOf(
  source: PictureSource,
  side: number,
  crop: CropBox | undefined,
  { width, height }: { width: number; height: number },
): Promise<Uint8Array> {
  if (!crop) return toSquare(await decode(source, { width: side, height: side, fit: 'fill' }), side);
  checkBox(crop);
  const needed = Math.max(side / (crop.width * width), side / (crop.height * height));
  const scale = Math.min(1, needed, Math.sqrt(mostDecoded / (width * height)));
  const fit = { width: Math.ceil(width * scale), height: Math.ceil(height * scale), fit: 'fill' } as const;
  return toSquare(await cut(await decode(source, fit), crop), side);
}
