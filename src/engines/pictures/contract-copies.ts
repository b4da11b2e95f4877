/** What derivatives on demand and stripped originals must be, and what an encoder must see. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { it } from 'node:test';
import sharp from 'sharp';
import { InvalidInputError } from '#kernel/errors';
import { into, limits, type PicturesBed, processed } from './contract-bed.ts';
import { animatedGif, keep, noise, plain, redAndBlue } from './contract-samples.ts';

/** `derive` and `strip`. */
export function copyContract(get: () => PicturesBed): void {
  it('derives any width and format', async () => {
    const source = await keep(get().folder, 'derive.png', plain(600, 300, '#00ff0000').png());
    for (const format of ['avif', 'webp', 'jpeg'] as const) {
      const target = path.join(await into(get()), 'made');
      await get().pictures.derive({ source, width: 474, format, target });
      const { width, height, format: made, exif } = await sharp(target).metadata();
      assert.deepEqual(
        [width, height, made, exif],
        [474, 237, format === 'avif' ? 'heif' : format, undefined],
      );
    }
  });

  it('shows white where a JPEG cannot be transparent', async () => {
    const source = await keep(get().folder, 'through.png', plain(30, 30, '#00000000').png());
    const target = path.join(await into(get()), 'made.jpeg');
    await get().pictures.derive({ source, width: 236, format: 'jpeg', target });
    const pixels = await sharp(target).raw().toBuffer();
    assert.ok(pixels.every((value) => value > 250));
  });

  it('strips where and by whom a picture was taken, and turns it upright', async () => {
    const exif = { IFD0: { Artist: 'Somebody' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } };
    const turned = redAndBlue(40, 20).withExif(exif).withMetadata({ orientation: 6 });
    const samples = { jpeg: turned.clone().jpeg(), webp: turned.clone().webp(), png: turned.clone().png() };
    for (const [format, sample] of Object.entries(samples)) {
      const source = await keep(get().folder, `private.${format}`, sample);
      assert.ok((await readFile(source)).includes('Somebody'), 'the sample has metadata');
      const target = path.join(await into(get()), 'stripped');
      await get().pictures.strip({ source, target });
      const made = await sharp(target).metadata();
      assert.deepEqual([made.format, made.width, made.height, made.exif], [format, 20, 40, undefined]);
      assert.ok(!(await readFile(target)).includes('Somebody'));
    }
  });

  it('strips animations without losing a frame', async () => {
    const { folder, pictures } = get();
    const gif = await animatedGif(7);
    const webp = await sharp(gif, { animated: true }).webp({ delay: 100 }).toBuffer();
    for (const [name, content] of [
      ['a.gif', gif],
      ['a.webp', webp],
    ] as const) {
      const target = path.join(await into(get()), name);
      await pictures.strip({ source: await keep(folder, name, content), target });
      const [was, is] = [await sharp(content).metadata(), await sharp(target).metadata()];
      assert.deepEqual([is.pages, is.delay, is.loop], [was.pages, was.delay, was.loop]);
      assert.ok(!(await readFile(target)).includes('secret comment'));
    }
  });
}

/** `encode`, with crops and without. */
export function encodeContract(get: () => PicturesBed): void {
  const cosine = (a: Float32Array, b: Float32Array): number => {
    const dot = (p: Float32Array, q: Float32Array): number =>
      p.reduce((sum, x, i) => sum + x * (q[i] ?? 0), 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  const encode = (
    source: string | Uint8Array,
    crop?: { x: number; y: number; width: number; height: number },
  ) => get().pictures.encode({ source, crop, limits });

  it('gives the features of a whole picture as its processing does, by path and by bytes', async () => {
    const source = await keep(get().folder, 'whole-encode.png', noise(700, 500).blur(3).png());
    const { features } = await processed(get(), source);
    assert.ok(cosine(await encode(source), features) > 0.97);
    assert.deepEqual(await encode(await readFile(source)), await encode(source));
  });

  it('sees only the crop, after orientation', async () => {
    const turned = redAndBlue(400, 200).withMetadata({ orientation: 6 }).jpeg({ quality: 100 });
    const source = await keep(get().folder, 'crop.jpg', turned);
    const red = await encode(await plain(64, 64, '#ff0000').removeAlpha().png().toBuffer());
    const blue = await encode(await plain(64, 64, '#0000ff').removeAlpha().png().toBuffer());
    const top = await encode(source, { x: 0.1, y: 0.05, width: 0.8, height: 0.35 });
    const bottom = await encode(source, { x: 0.1, y: 0.6, width: 0.8, height: 0.35 });
    assert.ok(cosine(top, red) > cosine(top, blue));
    assert.ok(cosine(bottom, blue) > cosine(bottom, red));
    const tiny = await encode(source, { x: 0.98, y: 0.98, width: 0.02, height: 0.02 });
    assert.ok(cosine(tiny, blue) > cosine(tiny, red));
  });

  it('refuses a crop outside the picture', async () => {
    const source = await keep(get().folder, 'refuse-crop.png', noise(60, 60).png());
    for (const crop of [
      { x: -0.1, y: 0, width: 0.5, height: 0.5 },
      { x: 0.6, y: 0, width: 0.5, height: 0.5 },
      { x: 0, y: 0, width: 0, height: 0.5 },
      { x: Number.NaN, y: 0, width: 0.5, height: 0.5 },
    ]) {
      await assert.rejects(encode(source, crop), InvalidInputError);
    }
  });
}
