/** Entry of a picture worker thread: builds the encoder and the pictures engine from its worker data. */
import { workerData } from 'piscina';
import Type from 'typebox';
import { createCenternetEncoder } from '#engines/encoders/onnx-centernet';
import { createSharpPictures } from '#engines/pictures/sharp';
import { pictureTask } from '#engines/pictures/wire';
import { check } from '#kernel/schema';

const OptionsSchema = Type.Object({ cacheDir: Type.String({ minLength: 1 }) });

async function build(): Promise<ReturnType<typeof pictureTask>> {
  const { cacheDir } = check(OptionsSchema, workerData, 'workerData');
  return pictureTask(createSharpPictures({ encoder: await createCenternetEncoder({ cacheDir }) }));
}

/** The task that the pool calls. `options` of the pool: `{ cacheDir }`, where the converted network is kept. */
export default build();
