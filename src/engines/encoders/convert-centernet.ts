/** Makes the ONNX file of the picture network. Apart from its user, so that it is loaded only when it is needed. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { centernetBlocks, centernetSide } from './centernet.ts';
import { convertPicturePart } from './tfjs-to-onnx/convert.ts';
import { describeBlock } from './tfjs-to-onnx/descriptor.ts';
import { readGraph } from './tfjs-to-onnx/graph.ts';
import { OnnxWriter } from './tfjs-to-onnx/onnx-writer.ts';

const activationOf = (block: number): string =>
  `tower_0/MobilenetV3/expanded_conv_${block}/depthwise/hard_swish/mul_1`;

/**
 * Converts the model in a folder (`centernet.json`, `centernet.bin`) and returns the bytes of the
 * `.onnx` file: input `rgb` (1 × 256 × 256 × 3 bytes), output `features` (1 × 1968). About 0.2 s.
 */
export async function convertCenternet(folder: string): Promise<Uint8Array> {
  const json = await readFile(path.join(folder, 'centernet.json'), 'utf8');
  const graph = readGraph(json, await readFile(path.join(folder, 'centernet.bin')));
  const writer = new OnnxWriter();
  const names = centernetBlocks.map(({ block }) => activationOf(block));
  const values = convertPicturePart(graph, names, centernetSide, writer);
  const described = centernetBlocks.map(({ root }, i) => describeBlock(values[i] ?? '', root, writer));
  const dimensions = centernetBlocks.reduce((sum, { channels }) => sum + channels, 0);
  writer.floatOutput('features', writer.node('Concat', described, { axis: 1 }), [1, dimensions]);
  return writer.finish('centernet-backbone');
}
