/** Where the files of a picture are among the blobs: named by content, so never rewritten with anything else. */
import type { PictureFormat, PictureWidth } from '#engines/pictures/port';
import type { MediaData } from './contract.ts';

const folder = (signature: string): string => `pictures/${signature.slice(0, 2)}/${signature}`;

/** The bytes as they came. Never sent: they may tell where a photo was taken. */
export const originalKey = (signature: string): string => `${folder(signature)}/original`;

/** The original without its metadata. */
export const strippedKey = (signature: string): string => `${folder(signature)}/stripped`;

/** A derivative. */
export function variantKey(signature: string, width: PictureWidth, format: PictureFormat): string {
  return `${folder(signature)}/${width}.${format}`;
}

/** The blobs that a stored picture is nothing without; a refused one has none. */
export function blobsOfMedia({ signature, state }: MediaData): string[] {
  return state === 'refused' ? [] : [originalKey(signature)];
}
