/** Photos to measure with: the real ones beside the project where they are, else photos from packages, varied. */
import { cp, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';

const beside = path.resolve(import.meta.dirname, '../../shared/photos/images');
const packages = path.resolve(import.meta.dirname, '../node_modules/@stdlib');

/** Paths of the photos that come with packages. */
export async function packagePhotos(): Promise<string[]> {
  const names = (await readdir(packages)).filter((name) => name.startsWith('datasets-img-')).sort();
  return names.map((name) => path.join(packages, name, 'data/image.jpg'));
}

/** Variant `n` of a photo: another crop and brightness, so other bytes and another picture. */
async function vary(source: string, n: number, target: string): Promise<void> {
  const { width, height } = await sharp(source).metadata();
  const inset = 1 + (n % 60);
  await sharp(source)
    .extract({ left: inset, top: inset, width: width - 2 * inset, height: height - 2 * inset })
    .modulate({ brightness: 0.8 + (n % 40) / 100 })
    .resize({ width: 1024, height: 1024, fit: 'inside' })
    .jpeg({ quality: 72 })
    .toFile(target);
}

/** Fills `folder` with `count` different photos and answers their paths in order. */
export async function fillWithPhotos(folder: string, count: number): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const real = (await readdir(beside).catch(() => [])).sort();
  const made = await packagePhotos();
  const targets = Array.from({ length: count }, (_, n) =>
    path.join(folder, `${String(n).padStart(5, '0')}.jpg`),
  );
  for (const [n, target] of targets.entries()) {
    const photo = real[n];
    const source = made[n % made.length];
    if (photo !== undefined) await cp(path.join(beside, photo), target);
    else if (source !== undefined) await vary(source, n, target);
  }
  return targets;
}
