/** What a picture's header says, checked against the limits before anything is decoded. */
import { readFile, stat } from 'node:fs/promises';
import sharp, { type Metadata, type SharpOptions } from 'sharp';
import { requireWholeGif } from './gif.ts';
import { prepareLibvips } from './libvips.ts';
import type { PictureLimits, PictureReport } from './port.ts';
import { checkBytes, checkExtent, foreign, reading } from './refusals.ts';

/** A picture file, by path or in memory. */
export type PictureSource = string | Uint8Array;

/** What the header tells. */
export type Probed = Pick<PictureReport, 'type' | 'width' | 'height' | 'frames'>;

const types = new Map([
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['webp', 'image/webp'],
  ['gif', 'image/gif'],
  ['tiff', 'image/tiff'],
  ['heif', 'image/avif'],
]);

/** How strangers' files are opened: read once from top to bottom, refused when cut short, size checked by `probe`. */
export const openOptions: SharpOptions = {
  failOn: 'truncated',
  sequentialRead: true,
  limitInputPixels: false,
};

function typeOf({ format, compression }: Metadata): string {
  const type = types.get(format);
  if (type === undefined || (format === 'heif' && compression !== 'av1')) throw foreign();
  return type;
}

/** Reads the header alone; throws `UnsupportedError` or `TooLargeError` naming the limit. Cost: under a millisecond; GIFs are walked through. */
export async function probe(source: PictureSource, limits: PictureLimits): Promise<Probed> {
  prepareLibvips();
  checkBytes(typeof source === 'string' ? (await stat(source)).size : source.length, limits);
  const metadata = await reading(sharp(source, openOptions).metadata());
  const { width, height } = metadata.autoOrient;
  const frames = metadata.pages ?? 1;
  const probed = { type: typeOf(metadata), width, height, frames };
  checkExtent(width, height, frames, limits);
  // libvips shows what it finds of a GIF; of the other formats it notices itself when they are not whole.
  if (probed.type === 'image/gif')
    requireWholeGif(typeof source === 'string' ? await readFile(source) : source);
  return probed;
}
