/** The sizes of a picture, each made from the next larger one. */
import { copyFile, rm } from 'node:fs/promises';
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
  const written = new Map<Raster, Derivative>();
  const all: Derivative[] = [];
  for (const { width, raster } of sizes) {
    const file = path.join(into, `${width}.${format}`);
    const twin = written.get(raster);
    if (twin) await copyFile(twin.path, file);
    const bytes = twin?.bytes ?? (await inFormat(fromRaster(raster), format).toFile(file)).size;
    const derivative = { width, format, path: file, bytes };
    written.set(raster, derivative);
    all.push(derivative);
  }
  return all;
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
