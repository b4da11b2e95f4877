/** URLs of a picture's derivatives. They never change, so they are kept for good. */
import type { PictureView } from '#services/media/contract';

/** Widths that are made of every picture. */
export const widths = [236, 474, 736, 1200] as const;

/** One derivative's URL. */
export function pictureUrl(
  signature: string,
  width: (typeof widths)[number] | 'original',
  format = 'webp',
): string {
  return `/img/${signature}/${width}.${format}`;
}

/** The `srcset` with all widths up to `most`; none is named wider than the picture is. */
export function srcSet(picture: PictureView, most = 736): string {
  const sources: string[] = [];
  for (const width of widths) {
    if (width > most) break;
    sources.push(`${pictureUrl(picture.signature, width)} ${Math.min(width, picture.width)}w`);
    if (width >= picture.width) break;
  }
  return sources.join(', ');
}
