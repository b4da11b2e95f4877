/** Entry of a picture worker thread: builds the encoder and the pictures engine from its worker data. */
import { workerData } from 'piscina';
import { createCenternetEncoder } from '#engines/encoders/onnx-centernet';
import { createSharpPictures } from '#engines/pictures/sharp';
import { pictureTask } from '#engines/pictures/wire';
import { giveWay } from '#kernel/background';
import { InvalidInputError } from '#kernel/errors';

// Checked by hand: the schema library would take memory and time in every thread.
function cacheDirOf(options: unknown): string {
  const { cacheDir } = (options ?? {}) as { cacheDir?: unknown };
  if (typeof cacheDir === 'string' && cacheDir !== '') return cacheDir;
  throw new InvalidInputError('workerData.cacheDir', 'must be a path');
}

giveWay();

async function build(): Promise<ReturnType<typeof pictureTask>> {
  const cacheDir = cacheDirOf(workerData);
  return pictureTask(createSharpPictures({ encoder: await createCenternetEncoder({ cacheDir }) }));
}

/** The task that the pool calls. `options` of the pool: `{ cacheDir }`, where the converted network is kept. */
export default build();
