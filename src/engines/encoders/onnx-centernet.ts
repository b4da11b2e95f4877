/** The bundled picture encoder: converted once to ONNX, kept in a folder, run by ONNX Runtime on one thread. */
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { InvalidInputError, UnavailableError } from '#kernel/errors';
import type { Log } from '#kernel/log';
import {
  centernetBlocks,
  centernetConversion,
  centernetDimensions,
  centernetName,
  centernetSide,
  findCenternet,
} from './centernet.ts';
import { keptFile } from './model-cache.ts';
import type { ImageEncoder } from './port.ts';

/** Where the converted network is kept, and where its making is reported. */
export interface CenternetOptions {
  /** A folder that may be deleted at any time; made when missing. One file of 5 MB a package version. */
  readonly cacheDir: string;
  readonly log?: Log;
}

// One thread each: the workers are as many as the cores. An arena and memory patterns cost no
// measurable memory at this size of picture (30 MB a session either way) and save a tenth of the time.
const sessionOptions: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};

const blocks = centernetBlocks.map(({ channels }) => channels);
const inputBytes = centernetSide ** 2 * 3;

class OnnxCenternetEncoder implements ImageEncoder {
  readonly name: string;
  readonly dimensions = centernetDimensions;
  readonly blocks = blocks;
  readonly inputSize = centernetSide;
  #session: InferenceSession | undefined;

  constructor(name: string, session: InferenceSession) {
    this.name = name;
    this.#session = session;
  }

  async encode(rgb: Uint8Array): Promise<Float32Array> {
    if (rgb.length !== inputBytes) {
      throw new InvalidInputError('rgb', `must be ${inputBytes} bytes (${centernetSide}×${centernetSide}×3)`);
    }
    if (!this.#session) throw new UnavailableError('the picture encoder is closed');
    const input = new Tensor('uint8', rgb, [1, centernetSide, centernetSide, 3]);
    const { features } = await this.#session.run({ rgb: input });
    if (features?.data instanceof Float32Array) return features.data;
    throw new Error('the picture network gave no features');
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.release();
  }
}

/**
 * Opens the bundled encoder. The first start with an empty `cacheDir` converts the network
 * (about 0.3 s); later ones only load it (about 0.1 s). Throws when the npm package is missing.
 */
export async function createCenternetEncoder({ cacheDir, log }: CenternetOptions): Promise<ImageEncoder> {
  const { version, folder } = await findCenternet();
  const name = centernetName(version);
  const file = path.join(cacheDir, `${name}-${centernetConversion}.onnx`);
  const model = await keptFile(file, async () => {
    log?.info({ file }, 'converting the picture network');
    const { convertCenternet } = await import('./convert-centernet.ts');
    return convertCenternet(folder);
  });
  return new OnnxCenternetEncoder(name, await InferenceSession.create(model, sessionOptions));
}
