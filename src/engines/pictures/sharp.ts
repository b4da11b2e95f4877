/** Pictures by sharp (libvips), in the thread that asks. */
import { writeFile } from 'node:fs/promises';
import type { ImageEncoder } from '#engines/encoders/port';
import { looksOf } from './analysis.ts';
import { squareOf } from './crop.ts';
import { allSizes, discardDerivatives, writeDerivatives } from './derivatives.ts';
import { inFormat } from './formats.ts';
import { prepareLibvips } from './libvips.ts';
import { perceptualHash } from './perceptual-hash.ts';
import type { EncodeRequest, PictureLimits, PictureReport, Pictures, ProcessRequest } from './port.ts';
import { probe } from './probe.ts';
import { decode, fitWidth, fromRaster, type Raster, toSquare } from './raster.ts';
import { strip } from './strip.ts';

// Wide enough for the encoder's square, small enough to be cheap.
const encodedWidth = 474;
const largestWidth = 1200;

class SharpPictures implements Pictures {
  readonly encoder: string;
  readonly dimensions: number;
  readonly #encoder: ImageEncoder;

  constructor(encoder: ImageEncoder) {
    this.encoder = encoder.name;
    this.dimensions = encoder.dimensions;
    this.#encoder = encoder;
  }

  probe(source: string, limits: PictureLimits): ReturnType<Pictures['probe']> {
    return probe(source, limits);
  }

  async #seen(raster: Raster): Promise<Pick<PictureReport, 'perceptualHash' | 'features'>> {
    const square = await toSquare(raster, this.#encoder.inputSize);
    return { perceptualHash: perceptualHash(square), features: await this.#encoder.encode(square) };
  }

  async process({ source, into, formats, limits }: ProcessRequest): Promise<PictureReport> {
    const probed = await probe(source, limits);
    const sizes = await allSizes(await decode(source, fitWidth(largestWidth)));
    const middle = sizes.find(({ width }) => width === encodedWidth) ?? sizes[0];
    const smallest = sizes.at(-1);
    if (!middle || !smallest) throw new Error('a picture has no sizes');
    // libvips writes one file while this thread encodes and counts colours.
    const learned = Promise.all([this.#seen(middle.raster), looksOf(smallest.raster)]);
    const [written] = await Promise.allSettled([writeDerivatives(sizes, formats, into), learned]);
    try {
      if (written.status === 'rejected') throw written.reason;
      const [seen, looks] = await learned;
      return { ...probed, ...looks, ...seen, derivatives: written.value };
    } catch (error) {
      await discardDerivatives(formats, into);
      throw error;
    }
  }

  async derive({ source, width, format, target }: Parameters<Pictures['derive']>[0]): Promise<void> {
    const raster = await decode(source, fitWidth(width));
    await writeFile(target, await inFormat(fromRaster(raster), format).toBuffer());
  }

  strip({ source, target }: { source: string; target: string }): Promise<void> {
    return strip(source, target);
  }

  async encode({ source, crop, limits }: EncodeRequest): Promise<Float32Array> {
    const probed = await probe(source, limits);
    return this.#encoder.encode(await squareOf(source, this.#encoder.inputSize, crop, probed));
  }

  close(): Promise<void> {
    return this.#encoder.close();
  }
}

/**
 * Pictures in the current thread; the encoder is closed with them. JavaScript holds the thread about
 * 12 ms a picture, so a server runs this in workers (`createPicturePool`).
 */
export function createSharpPictures({ encoder }: { encoder: ImageEncoder }): Pictures {
  prepareLibvips();
  return new SharpPictures(encoder);
}
