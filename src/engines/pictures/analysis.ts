/** What is learned from a decoded picture without writing a file. */
import { rgbaToThumbHash } from 'thumbhash';
import { paletteOf } from './palette.ts';
import type { PictureReport } from './port.ts';
import { type Raster, resizedWithAlpha } from './raster.ts';

const smallSide = 64;

/** Colours and the placeholder. */
export type Looks = Pick<PictureReport, 'placeholder' | 'colour' | 'palette'>;

/** From any size of the picture, the smaller the cheaper. White stands for a picture that is all transparent. */
export async function looksOf(raster: Raster): Promise<Looks> {
  const fit = { width: smallSide, height: smallSide, fit: 'inside', withoutEnlargement: true } as const;
  const small = await resizedWithAlpha(raster, fit);
  const palette = paletteOf(small);
  const hash = rgbaToThumbHash(small.width, small.height, small.data);
  return {
    placeholder: Buffer.from(hash).toString('base64'),
    colour: palette[0]?.hex ?? '#ffffff',
    palette,
  };
}
