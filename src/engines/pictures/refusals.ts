/** What is said to somebody whose picture is not taken. The field is always `picture`. */
import { PinakesError, TooLargeError, UnsupportedError } from '#kernel/errors';
import type { PictureLimits } from './port.ts';

const field = 'picture';
const taken = 'JPEG, PNG, WebP, GIF, AVIF or TIFF';
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

const megabytes = (bytes: number): string => `${number.format(bytes / 1e6)} MB`;
const megapixels = (pixels: number): string => `${number.format(pixels / 1e6)} megapixels`;

/** A file of no length. */
export const empty = (): PinakesError => new UnsupportedError(field, 'must not be an empty file');

/** Not a picture at all, or one in a format that is not taken. */
export const foreign = (cause?: unknown): PinakesError =>
  new UnsupportedError(field, `must be a ${taken} file`, cause);

/** A picture that cannot be read to its end. */
export const broken = (cause?: unknown): PinakesError =>
  new UnsupportedError(field, 'must be a whole file; this one is cut short or damaged', cause);

/** Throws when a file is empty or over the limit of bytes. */
export function checkBytes(bytes: number, limits: PictureLimits): void {
  if (bytes === 0) throw empty();
  if (bytes <= limits.bytes) return;
  throw new TooLargeError(
    field,
    `must be at most ${megabytes(limits.bytes)}; this one has ${megabytes(bytes)}`,
  );
}

/** Throws when a picture is over the limit of pixels or frames. */
export function checkExtent(width: number, height: number, frames: number, limits: PictureLimits): void {
  const pixels = width * height;
  if (pixels > limits.pixels) {
    const has = `this one has ${megapixels(pixels)}`;
    throw new TooLargeError(field, `must have at most ${megapixels(limits.pixels)}; ${has}`);
  }
  if (frames > limits.frames) {
    throw new TooLargeError(field, `must have at most ${limits.frames} frames; this one has ${frames}`);
  }
  const together = limits.pixels * 8;
  if (pixels * frames > together) {
    const has = `this one has ${megapixels(pixels * frames)}`;
    throw new TooLargeError(field, `must have at most ${megapixels(together)} in all frames; ${has}`);
  }
}

/** Runs a read of a stranger's file; whatever libvips says of it becomes a refusal. */
export async function reading<T>(read: Promise<T>): Promise<T> {
  return read.catch((error: unknown) => {
    if (error instanceof PinakesError) throw error;
    const message = error instanceof Error ? error.message : '';
    throw message.includes('unsupported image format') ? foreign(error) : broken(error);
  });
}
