import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Worker } from 'node:worker_threads';
import { imageEncoderContract } from './contract.ts';
import { createCenternetEncoder } from './onnx-centernet.ts';
import type { ImageEncoder } from './port.ts';

const grey = new Uint8Array(256 * 256 * 3).map((_, i) => (i * 31) % 251);

async function featuresOf(cacheDir: string): Promise<Float32Array> {
  const encoder = await createCenternetEncoder({ cacheDir });
  try {
    return await encoder.encode(grey);
  } finally {
    await encoder.close();
  }
}

describe('createCenternetEncoder', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'pinakes-encoder-'));
  });
  after(() => rm(folder, { recursive: true }));

  imageEncoderContract(
    'honours the encoder contract',
    (): Promise<ImageEncoder> => createCenternetEncoder({ cacheDir: path.join(folder, 'contract') }),
  );

  it('names its network, version and blocks', async () => {
    const encoder = await createCenternetEncoder({ cacheDir: path.join(folder, 'contract') });
    await encoder.close();
    assert.match(encoder.name, /^centernet-12-13-14@\d+\.\d+\.\d+$/);
    assert.deepEqual(encoder.blocks, [528, 720, 720]);
  });

  it('converts the network once and uses the kept file from then on', async () => {
    const cacheDir = path.join(folder, 'kept');
    const first = await featuresOf(cacheDir);
    const [file = ''] = await readdir(cacheDir);
    const { mtimeMs, ino } = await stat(path.join(cacheDir, file));
    assert.deepEqual(await featuresOf(cacheDir), first);
    const again = await stat(path.join(cacheDir, file));
    assert.deepEqual({ mtimeMs: again.mtimeMs, ino: again.ino }, { mtimeMs, ino });
    assert.deepEqual(await readdir(cacheDir), [file]);
  });

  it('replaces a kept file that is cut short, altered or empty', async () => {
    const cacheDir = path.join(folder, 'broken');
    const first = await featuresOf(cacheDir);
    const file = path.join(cacheDir, (await readdir(cacheDir))[0] ?? '');
    const whole = await readFile(file);
    const altered = Buffer.from(whole);
    altered.writeUInt8(altered.readUInt8(1_000_000) ^ 1, 1_000_000);
    const damages = [() => truncate(file, 100_000), () => writeFile(file, altered), () => truncate(file, 0)];
    for (const damage of damages) {
      await damage();
      assert.deepEqual(await featuresOf(cacheDir), first);
      assert.ok((await readFile(file)).equals(whole));
    }
  });

  it('may be opened by several threads at once on an empty folder', async () => {
    const cacheDir = path.join(folder, 'threads');
    const code = `import { createCenternetEncoder } from '${new URL('./onnx-centernet.ts', import.meta.url)}';
      import { parentPort, workerData } from 'node:worker_threads';
      const encoder = await createCenternetEncoder(workerData);
      parentPort.postMessage(await encoder.encode(new Uint8Array(256 * 256 * 3).map((_, i) => (i * 31) % 251)));
      await encoder.close();`;
    const source = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
    const inThread = (): Promise<Float32Array> =>
      new Promise((resolve, reject) => {
        const worker = new Worker(source, { workerData: { cacheDir } });
        worker.once('message', resolve).once('error', reject);
      });
    const [one, two, here] = await Promise.all([inThread(), inThread(), featuresOf(cacheDir)]);
    assert.deepEqual(one, here);
    assert.deepEqual(two, here);
    assert.equal((await readdir(cacheDir)).length, 1);
  });
});
