/** `media`: derivatives a second on one core, against sharp called bare for the same decode and the same four WebP sizes. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { pictureWidths } from '#engines/pictures/port';
import { createSharpPictures } from '#engines/pictures/sharp';
import { bareDerivatives } from './bare-derivatives.ts';
import { type Bench, inTurn, median, medianRatio, seconds } from './bench.ts';
import { fillWithPhotos } from './photos.ts';

const limits = { bytes: 1e9, pixels: 1e9, frames: 1 };
const rounds = 5;

// Features are the encoder's work and measured by `import`; here they cost nothing.
const noEncoder = {
  name: 'none',
  dimensions: 1,
  blocks: [1],
  inputSize: 256,
  encode: async () => new Float32Array(1),
  close: async () => undefined,
};

/** Size: photos, one after the other. */
export const mediaBench: Bench = {
  name: 'media',
  defaultSize: 60,
  async run(size) {
    sharp.concurrency(1);
    sharp.cache(false);
    const folder = await mkdtemp(path.join(tmpdir(), 'pinakes-bench-'));
    try {
      const photos = await fillWithPhotos(path.join(folder, 'in'), size);
      const out = path.join(folder, 'out');
      await mkdir(out);
      const pictures = createSharpPictures({ encoder: noEncoder });
      const derivatives = photos.length * pictureWidths.length;
      const perSecond = async (work: (photo: string) => Promise<unknown>) =>
        derivatives /
        (await seconds(async () => {
          for (const photo of photos) await work(photo);
        }));
      const runs = await inTurn(
        rounds,
        () => perSecond((source) => pictures.process({ source, into: out, formats: ['webp'], limits })),
        () => perSecond((source) => bareDerivatives(source, out)),
      );
      return {
        ours: { derivatives_per_s: median(runs.a) },
        peer: { sharp_derivatives_per_s: median(runs.b) },
        limit: {},
        ratio: { sharp: medianRatio(runs.a, runs.b) },
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
