/** What every pictures adapter must do. Run by each adapter's test with a factory of its own. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { InvalidInputError, TooLargeError, UnsupportedError } from '#kernel/errors';
import type { Pictures } from './port.ts';
import { pictureWidths } from './port.ts';
import { animatedGif, bombPng, foreignFiles, keep, noise, plain, redAndBlue } from './samples.ts';

const limits = { bytes: 5_000_000, pixels: 4_000_000, frames: 20 };

/** The pictures under test and a folder for samples. */
interface Bench {
  pictures: Pictures;
  folder: string;
}

/** Runs the suite on what `open` gives; its encoder must tell red from blue. */
export function picturesContract(title: string, open: () => Promise<Pictures>): void {
  describe(title, () => {
    let bench: Bench | undefined;
    const get = (): Bench => bench ?? assert.fail('not open');
    before(async () => {
      bench = { pictures: await open(), folder: await mkdtemp(path.join(os.tmpdir(), 'pinakes-pictures-')) };
    });
    after(async () => {
      await get().pictures.close();
      await rm(get().folder, { recursive: true });
    });
    describe('process', () => processContract(get));
    describe('refusals', () => refusalContract(get));
    describe('derive and strip', () => copyContract(get));
    describe('encode', () => encodeContract(get));
  });
}

async function into(bench: Bench): Promise<string> {
  return mkdtemp(path.join(bench.folder, 'into-'));
}

async function processed(
  bench: Bench,
  source: string,
  formats: readonly ('webp' | 'avif' | 'jpeg')[] = ['webp'],
) {
  return bench.pictures.process({ source, into: await into(bench), formats, limits });
}

function processContract(get: () => Bench): void {
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

function refusalContract(get: () => Bench): void {
  const refuse = async (
    source: string,
    error: typeof TooLargeError | typeof UnsupportedError,
    words: RegExp,
    at: 'header' | 'pixels' = 'header',
  ): Promise<void> => {
    const folder = await into(get());
    const refused = (thrown: unknown): boolean => {
      assert.ok(thrown instanceof error, `${source}: ${thrown}`);
      assert.equal(thrown.field, 'picture');
      assert.match(thrown.message, words);
      return true;
    };
    const request = { source, into: folder, formats: ['webp'], limits } as const;
    await assert.rejects(get().pictures.process(request), refused, path.basename(source));
    if (at === 'header') await assert.rejects(get().pictures.probe(source, limits), refused);
    await assert.rejects(get().pictures.encode({ source, limits }), refused, path.basename(source));
    assert.deepEqual(await readdir(folder), []);
  };

  it('refuses files that are no pictures, whatever they are called', async () => {
    for (const [name, content] of Object.entries(foreignFiles)) {
      await refuse(await keep(get().folder, name, content), UnsupportedError, /must be a/);
    }
  });

  it('refuses an empty file', async () => {
    await refuse(await keep(get().folder, 'empty.jpg', ''), UnsupportedError, /empty/);
  });

  it('refuses a decompression bomb by its header', async () => {
    const bomb = bombPng(100_000);
    assert.ok(bomb.length < 100_000);
    await refuse(
      await keep(get().folder, 'bomb.png', bomb),
      TooLargeError,
      /4 megapixels.*10,000 megapixels/,
    );
  });

  it('refuses files that are cut short', async () => {
    const whole = {
      jpg: await noise(1500, 1000).jpeg().toBuffer(),
      'progressive.jpg': await noise(1500, 1000).jpeg({ progressive: true }).toBuffer(),
      png: await noise(900, 600).png().toBuffer(),
      'interlaced.png': await noise(900, 600).png({ progressive: true }).toBuffer(),
      webp: await noise(900, 600).webp().toBuffer(),
      gif: await animatedGif(3, 200),
      avif: await noise(300, 200).avif({ effort: 0 }).toBuffer(),
    };
    for (const [ending, content] of Object.entries(whole)) {
      for (const share of [0.4, 0.9, 0.995]) {
        const part = content.subarray(0, Math.floor(content.length * share));
        const source = await keep(get().folder, `cut-${share}.${ending}`, part);
        await refuse(source, UnsupportedError, /cut short|must be a/, 'pixels');
      }
    }
  });

  it('refuses too many bytes, pixels and frames, naming the limit', async () => {
    const { folder } = get();
    const heavy = Buffer.concat([await noise(20, 20).jpeg().toBuffer(), Buffer.alloc(limits.bytes)]);
    await refuse(await keep(folder, 'heavy.jpg', heavy), TooLargeError, /at most 5 MB/);
    await refuse(
      await keep(folder, 'wide.png', plain(2500, 2000, '#123').png()),
      TooLargeError,
      /4 megapixels/,
    );
    await refuse(await keep(folder, 'long.gif', await animatedGif(21)), TooLargeError, /20 frames.*21/);
  });

  it('says that a missing file is a fault, not a refusal', async () => {
    const missing = path.join(get().folder, 'missing.png');
    await assert.rejects(get().pictures.probe(missing, limits), { code: 'ENOENT' });
  });
}

function copyContract(get: () => Bench): void {
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

function encodeContract(get: () => Bench): void {
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
