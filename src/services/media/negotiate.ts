/** Which format a browser gets that leaves the choice to the server. */
import type { PictureFormat } from '#engines/pictures/port';

/** What an Accept header says of the two modern formats. */
export interface Accepted {
  readonly avif: boolean;
  readonly webp: boolean;
}

/** Reads an Accept header. Wildcards say nothing about AVIF and WebP: programs that know neither send them too. */
export function acceptedBy(accept: string): Accepted {
  const types = new Map<string, boolean>();
  for (const part of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim());
    types.set(type, !parameters.some((parameter) => /^q\s*=\s*0(\.0*)?$/.test(parameter)));
  }
  return { avif: types.get('image/avif') ?? false, webp: types.get('image/webp') ?? false };
}

/** WebP is always there, AVIF is smaller where it is there already, and JPEG is what everything reads. */
export function chosenFormat({ avif, webp }: Accepted, isAvifThere: boolean): PictureFormat {
  if (avif && (isAvifThere || !webp)) return 'avif';
  return webp ? 'webp' : 'jpeg';
}
