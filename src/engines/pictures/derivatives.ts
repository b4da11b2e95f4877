/** The sizes of a picture, each made from the next larger one. */
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inFormat } from './formats.ts';
import { type Derivative, type PictureFormat, type PictureWidth, pictureWidths } from './port.ts';
import { fitWidth, fromRaster, type Raster, resized } from './raster.ts';

/** One size; widths above the picture's own share a raster. */
export interface Sized {
  readonly width: PictureWidth;
  readonly raster: Raster;
}

/** The widest first. `largest` is the picture at the greatest derivative width. */
export async function allSizes(largest: Raster): Promise<Sized[]> {
  const sizes: Sized[] = [];
  let raster = largest;
  for (const width of pictureWidths.toReversed()) {
    if (raster.width > width) raster = await resized(raster, fitWidth(width));
    sizes.push({ width, raster });
  }
  return sizes;
}

/** Writes every size in one format as `<width>.<format>`; sizes of one raster are encoded once. */
async function writeFormat(
  sizes: readonly Sized[],
  format: PictureFormat,
  into: string,
): Promise<Derivative[]> {
  const written: Derivative[] = [];
  const encoded = new Map<Raster, Buffer>();
  for (const { width, raster } of sizes) {
    const bytes = encoded.get(raster) ?? (await inFormat(fromRaster(raster), format).toBuffer());
    encoded.set(raster, bytes);
    const file = path.join(into, `${width}.${format}`);
    await writeFile(file, bytes);
    written.push({ width, format, path: file, bytes: bytes.length });
  }
  return written;
}

/** Writes all sizes in all formats. */
export async function writeDerivatives(
  sizes: readonly Sized[],
  formats: readonly PictureFormat[],
  into: string,
): Promise<Derivative[]> {
  const written: Derivative[] = [];
  for (const format of formats) written.push(...(await writeFormat(sizes, format, into)));
  return written;
}

/** Removes whatever `writeDerivatives` wrote. */
export async function discardDerivatives(formats: readonly PictureFormat[], into: string): Promise<void> {
  const names = formats.flatMap((format) => pictureWidths.map((width) => `${width}.${format}`));
  await Promise.all(names.map((name) => rm(path.join(into, name), { force: true })));
}
