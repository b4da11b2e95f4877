/** What processing a picture must do. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { it } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { type PicturesBed, processed } from './contract-bed.ts';
import { animatedGif, keep, noise, plain, redAndBlue } from './contract-samples.ts';
import { pictureWidths } from './port.ts';

/** Derivatives, facts, colours, hashes. */
export function processContract(get: () => PicturesBed): void {
  it('makes every width in every format asked for, none enlarged', async () => {
    const source = await keep(get().folder, 'middle.png', noise(800, 600).png());
    const report = await processed(get(), source, ['webp', 'jpeg', 'avif']);
    assert.equal(report.derivatives.length, 12);
    for (const { width, format, path: file, bytes } of report.derivatives) {
      const content = await readFile(file);
      const made = await sharp(content).metadata();
      assert.equal(path.basename(file), `${width}.${format}`);
      assert.equal(content.length, bytes);
      assert.equal(made.width, Math.min(width, 800));
      assert.equal(made.height, Math.round((made.width * 600) / 800));
      assert.equal(made.format, format === 'avif' ? 'heif' : format);
    }
  });

  it('reports what the picture is', async () => {
    const source = await keep(get().folder, 'two.webp', redAndBlue(400, 200).webp({ lossless: true }));
    const { derivatives, features, ...report } = await processed(get(), source);
    assert.deepEqual(
      derivatives.map(({ width }) => width).toSorted((a, b) => a - b),
      [...pictureWidths],
    );
    assert.equal(features.length, get().pictures.dimensions);
    assert.ok(features instanceof Float32Array);
    const { type, width, height, frames, placeholder, colour, palette, perceptualHash } = report;
    assert.deepEqual(
      { type, width, height, frames },
      { type: 'image/webp', width: 400, height: 200, frames: 1 },
    );
    assert.match(perceptualHash, /^[0-9a-f]{16}$/);
    assert.ok(Buffer.from(placeholder, 'base64').length > 4);
    const [bluish = '', reddish = '', ...others] = palette.map(({ hex }) => hex).toSorted();
    assert.deepEqual(others, []);
    assert.match(bluish, /^#0[0-3]0[0-3]f/);
    assert.match(reddish, /^#f.0[0-3]0[0-3]$/);
    assert.ok(palette.every(({ share }) => Math.abs(share - 0.5) < 0.02));
    assert.equal(colour, palette[0]?.hex);
  });

  it('turns the picture upright and keeps nothing of its metadata', async () => {
    const exif = { IFD0: { Artist: 'Somebody' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } };
    const turned = redAndBlue(400, 200).withExif(exif).withMetadata({ orientation: 6 }).jpeg();
    const source = await keep(get().folder, 'turned.jpg', turned);
    const report = await processed(get(), source);
    assert.deepEqual([report.width, report.height], [200, 400]);
    for (const derivative of report.derivatives) {
      const made = await sharp(derivative.path).metadata();
      assert.equal(made.height, made.width * 2);
      assert.deepEqual(
        [made.exif, made.icc, made.xmp, made.orientation],
        [undefined, undefined, undefined, undefined],
      );
      const top = await sharp(derivative.path)
        .extract({ left: 5, top: 5, width: 1, height: 1 })
        .raw()
        .toBuffer();
      assert.ok((top[0] ?? 0) > 200 && (top[2] ?? 0) < 60, 'the left side is on top now');
    }
  });

  it('converts colours from the profile of the picture', async () => {
    const wide = plain(64, 64, '#c04020').removeAlpha().withIccProfile('p3').png();
    const { colour } = await processed(get(), await keep(get().folder, 'p3.png', wide));
    const [red = 0, green = 0, blue = 0] = Buffer.from(colour.slice(1), 'hex');
    for (const [is, was] of [
      [red, 0xc0],
      [green, 0x40],
      [blue, 0x20],
    ] as const)
      assert.ok(Math.abs(is - was) < 4);
  });

  it('takes grey, palette, 16-bit, CMYK and transparent pictures', async () => {
    const base = (): ReturnType<typeof noise> => noise(90, 60);
    const samples = {
      'grey.png': base().greyscale().png(),
      'palette.png': base().png({ palette: true }),
      'deep.png': base().toColourspace('rgb16').png(),
      'press.jpg': base().toColourspace('cmyk').jpeg(),
      'clear.png': plain(90, 60, '#00ff0080').png(),
      'nothing.png': plain(90, 60, '#00000000').png(),
      'scan.tiff': base().tiff(),
      'still.avif': base().avif({ effort: 0 }),
    };
    for (const [name, sample] of Object.entries(samples)) {
      const report = await processed(get(), await keep(get().folder, name, sample));
      assert.deepEqual([report.width, report.height], [90, 60], name);
      assert.ok(report.features.every(Number.isFinite), name);
    }
  });

  it('takes extreme shapes', async () => {
    for (const [width, height] of [
      [1, 1],
      [1, 3000],
      [3000, 1],
      [100, 20_000],
    ] as const) {
      const source = await keep(
        get().folder,
        `${width}x${height}.png`,
        plain(width, height, '#336699').png(),
      );
      const report = await processed(get(), source);
      assert.deepEqual([report.width, report.height], [width, height]);
      assert.equal(report.derivatives.length, 4);
    }
  });

  it('makes derivatives of the first frame of an animation', async () => {
    const report = await processed(get(), await keep(get().folder, 'moving.gif', await animatedGif(5)));
    assert.deepEqual([report.type, report.frames, report.width, report.height], ['image/gif', 5, 24, 24]);
    for (const derivative of report.derivatives) {
      assert.equal((await sharp(derivative.path).metadata()).pages ?? 1, 1);
    }
    assert.equal(report.colour, '#00ff00');
  });

  it('gives nearly the same hash for another size and quality, another for another picture', async () => {
    const photo = async (name: string, change: (base: Sharp) => Sharp): Promise<bigint> => {
      const rings = Buffer.from(
        Uint8Array.from({ length: 300 * 200 * 3 }, (_, i) => {
          const [x, y] = [Math.floor(i / 3) % 300, Math.floor(i / 900)];
          return 127 + 120 * Math.sin(Math.hypot(x - 90, y - 60) / 14 + (i % 3));
        }),
      );
      const base = sharp(rings, { raw: { width: 300, height: 200, channels: 3 } });
      const report = await processed(get(), await keep(get().folder, name, change(base)));
      return BigInt(`0x${report.perceptualHash}`);
    };
    const bits = (value: bigint): number => value.toString(2).replaceAll('0', '').length;
    const whole = await photo('whole.png', (base) => base.png());
    const poor = await photo('poor.jpg', (base) => base.resize(180).jpeg({ quality: 35 }));
    const other = await photo('other.png', (base) => base.flop().png());
    assert.ok(bits(whole ^ poor) <= 6, `${bits(whole ^ poor)} bits differ`);
    assert.ok(bits(whole ^ other) >= 16, `${bits(whole ^ other)} bits differ`);
  });
}
