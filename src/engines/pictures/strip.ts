/** Originals without what they tell about their maker. */
import { readFile, writeFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { stripGif } from './gif.ts';
import { openOptions } from './probe.ts';
import { patience } from './raster.ts';
import { reading } from './refusals.ts';

const formats: Readonly<Record<string, (pipeline: Sharp) => Sharp>> = {
  jpeg: (pipeline) => pipeline.jpeg({ quality: 92, chromaSubsampling: '4:4:4' }),
  png: (pipeline) => pipeline.png({ compressionLevel: 6 }),
  webp: (pipeline) => pipeline.webp({ quality: 92, effort: 2 }),
  heif: (pipeline) => pipeline.avif({ quality: 75, effort: 0 }),
  tiff: (pipeline) => pipeline.tiff({ compression: 'deflate' }),
};

async function encodedAgain(source: string, format: string): Promise<Buffer> {
  const opened = sharp(source, { ...openOptions, animated: format === 'webp' });
  const upright = opened.timeout({ seconds: patience }).autoOrient().toColourspace('srgb');
  return reading((formats[format]?.(upright) ?? upright).toBuffer());
}

/**
 * A copy in the same format, upright, in sRGB, without metadata, all frames kept. GIFs keep their very
 * pixels, the others are encoded again at high quality. Rejects with `UnsupportedError` when the file is not whole.
 */
export async function strip(source: string, target: string): Promise<void> {
  const { format } = await reading(sharp(source, openOptions).metadata());
  const copy = format === 'gif' ? stripGif(await readFile(source)) : await encodedAgain(source, format);
  await writeFile(target, copy);
}
