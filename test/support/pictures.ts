/** Pictures to test with: small generated ones, and photos that come with the development packages. */
import path from 'node:path';
import sharp from 'sharp';

const packages = path.resolve(import.meta.dirname, '../../node_modules/@stdlib');

/** The photos of the development packages, by what they show. */
export const photos = {
  plant: 'acanthus-mollis',
  airplane: 'airplane-from-above',
  flower: 'allium-oreophilum',
  house: 'dust-bowl-home',
  mountains: 'french-alpine-landscape',
  cat: 'locomotion-house-cat',
  boats: 'nagasaki-boats',
} as const;

/** What a photo shows. */
export type PhotoName = keyof typeof photos;

/** Where a photo of the packages is. */
export function photoPath(name: PhotoName): string {
  return path.join(packages, `datasets-img-${photos[name]}`, 'data/image.jpg');
}

/** A photo as JPEG, at most `size` pixels a side. Variants show the same things and have other bytes. */
export async function photo(name: PhotoName, { size = 480, variant = 0 } = {}): Promise<Buffer> {
  return sharp(photoPath(name))
    .flop(variant % 2 === 1)
    .modulate({ brightness: 1 + variant * 0.03 })
    .resize({ width: size, height: size, fit: 'inside' })
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** A number in [0, 1) that looks random and is the same for the same `seed`. */
function scattered(seed: number): number {
  const wave = Math.sin(seed * 12.9898) * 43_758.5453;
  return wave - Math.floor(wave);
}

/** A JPEG of soft colours, another one for every `n`, 300 pixels wide unless told, of a height that varies with it. Takes about 3 ms. */
export async function softPicture(
  n: number,
  { width = 300, height = 200 + ((n * 37) % 220) } = {},
): Promise<Buffer> {
  const cells = Buffer.from(
    Array.from({ length: 4 * 5 * 3 }, (_, at) => Math.floor(scattered(n * 61 + at + 1) * 256)),
  );
  return sharp(cells, { raw: { width: 4, height: 5, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .jpeg({ quality: 70 })
    .toBuffer();
}

/** Two photos side by side as one JPEG, each `side` pixels square. */
export async function sideBySide(left: PhotoName, right: PhotoName, side = 360): Promise<Buffer> {
  const square = (name: PhotoName) => sharp(photoPath(name)).resize(side, side, { fit: 'cover' }).toBuffer();
  return sharp({ create: { width: side * 2, height: side, channels: 3, background: '#888' } })
    .composite([
      { input: await square(left), left: 0, top: 0 },
      { input: await square(right), left: side, top: 0 },
    ])
    .jpeg({ quality: 85 })
    .toBuffer();
}
