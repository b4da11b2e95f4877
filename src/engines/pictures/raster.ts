/** Decoded pixels: 8 bits a channel, sRGB, row by row, with alpha or without. */
import sharp, { type ResizeOptions, type Sharp } from 'sharp';
import type { PictureSource } from './probe.ts';
import { openOptions } from './probe.ts';
import { reading } from './refusals.ts';

/** A picture in memory. */
export interface Raster {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

// The tallest that WebP can hold is 16,383 px.
const tallest = 16_000;
/** Seconds after which a picture is given up. */
export const patience = 60;

/** Fits into a width, never enlarged; very tall pictures get narrower, so that every format can hold them. */
export function fitWidth(width: number): ResizeOptions {
  return { width, height: tallest, fit: 'inside', withoutEnlargement: true };
}

async function toRaster(pipeline: Sharp): Promise<Raster> {
  const { data, info } = await pipeline.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3 };
}

/** Opens a raster for further work. */
export function fromRaster({ data, width, height, channels }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

/**
 * Decodes the first frame, turned upright, in sRGB by its colour profile, fitted as asked. JPEGs are
 * shrunk while they are decoded. Rejects with `UnsupportedError` when the file is not whole.
 */
export function decode(source: PictureSource, fit: ResizeOptions): Promise<Raster> {
  const upright = sharp(source, openOptions).timeout({ seconds: patience }).autoOrient();
  return reading(toRaster(upright.resize(fit).toColourspace('srgb')));
}

/** A raster at another size. */
export function resized(raster: Raster, fit: ResizeOptions): Promise<Raster> {
  return toRaster(fromRaster(raster).resize(fit));
}

/** The same, with four channels whatever the raster has. */
export function resizedWithAlpha(raster: Raster, fit: ResizeOptions): Promise<Raster> {
  return toRaster(fromRaster(raster).resize(fit).ensureAlpha());
}

/** The pixels without alpha on white, `side`² of them, stretched: what encoders take. */
export async function toSquare(raster: Raster, side: number): Promise<Uint8Array> {
  const square = fromRaster(raster).resize(side, side, { fit: 'fill' });
  const flat = raster.channels === 4 ? square.flatten({ background: '#ffffff' }) : square;
  return (await toRaster(flat)).data;
}
