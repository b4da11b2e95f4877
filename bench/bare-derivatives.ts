/** The unavoidable work on a picture, by sharp alone: one decode, four WebP files. */
import path from 'node:path';
import sharp, { type OutputInfo } from 'sharp';
import { inFormat } from '#engines/pictures/formats';
import { pictureWidths } from '#engines/pictures/port';

/** Encodes with the same settings as ours. Decodes once to at most 1200 px raw, then writes each size; no colours, no hashes, no features. */
export async function bareDerivatives(
  source: string,
  into: string,
): Promise<{ data: Buffer; info: OutputInfo }> {
  const largest = Math.max(...pictureWidths);
  const decoded = await sharp(source)
    .rotate()
    .resize({ width: largest, withoutEnlargement: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = decoded.info;
  for (const size of pictureWidths) {
    const resized = sharp(decoded.data, { raw: { width, height, channels } }).resize({
      width: size,
      withoutEnlargement: true,
    });
    await inFormat(resized, 'webp').toFile(path.join(into, `bare-${size}.webp`));
  }
  return decoded;
}
