/** A thread that does only what nothing can avoid: decode, derivatives, encoder. */
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parentPort, threadId, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { createCenternetEncoder } from '#engines/encoders/onnx-centernet';
import { bareDerivatives } from './bare-derivatives.ts';

sharp.concurrency(1);
sharp.cache(false);
const into = path.join((workerData as { folder: string }).folder, String(threadId));
await mkdir(into, { recursive: true });
const encoder = await createCenternetEncoder({ cacheDir: path.join(tmpdir(), 'pinakes-bench-models') });

async function work(photo: string): Promise<void> {
  const { data, info } = await bareDerivatives(photo, into);
  const square = await sharp(data, {
    raw: { width: info.width, height: info.height, channels: info.channels },
  })
    .resize({ width: encoder.inputSize, height: encoder.inputSize, fit: 'fill' })
    .raw()
    .toBuffer();
  await encoder.encode(square);
}

parentPort?.on('message', async (photos: string[]) => {
  for (const photo of photos) await work(photo);
  parentPort?.postMessage('done');
});
parentPort?.postMessage('ready');
