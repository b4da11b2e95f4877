import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { convertPicturePart } from './convert.ts';
import { describeBlock } from './descriptor.ts';
import { readGraph, type TfNode } from './graph.ts';
import { OnnxWriter } from './onnx-writer.ts';
import { halfToNumber, readWeights } from './weights.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const side = 5;
const rgb = new Uint8Array(side * side * 3).map((_, i) => (i * 37) % 256);

/** A model file pair with a picture input `x`, the given operations, and float constants. */
function model(nodes: Partial<TfNode>[], constants: { name: string; shape: number[]; values: number[] }[]) {
  const weights = constants.map(({ name, shape }) => ({ name, shape, dtype: 'float32' }));
  const node = [
    { name: 'x', op: 'Placeholder' },
    ...constants.map(({ name }) => ({ name, op: 'Const' })),
    ...nodes,
  ];
  const json = JSON.stringify({ modelTopology: { node }, weightsManifest: [{ weights }] });
  const binary = Float32Array.from(constants.flatMap(({ values }) => values));
  return readGraph(json, new Uint8Array(binary.buffer));
}

/** Converts, runs on `rgb` and gives the wanted operation's pooled, unit-length channels. */
async function run(graph: ReturnType<typeof model>, wanted: string, channels: number): Promise<number[]> {
  const writer = new OnnxWriter();
  const [value = ''] = convertPicturePart(graph, [wanted], side, writer);
  writer.floatOutput('features', describeBlock(value, false, writer), [1, channels]);
  const session = await InferenceSession.create(writer.finish('test'), { logSeverityLevel: 3 });
  const { features } = await session.run({ rgb: new Tensor('uint8', rgb, [1, side, side, 3]) });
  await session.release();
  assert.ok(features?.data instanceof Float32Array);
  return [...features.data];
}

const plane = [...Array(side).keys()].flatMap((y) => [...Array(side).keys()].map((x) => [y, x] as const));
const pixel = (y: number, x: number, c: number): number =>
  y >= 0 && x >= 0 && y < side && x < side ? (rgb[(y * side + x) * 3 + c] ?? 0) : 0;
const unit = (values: number[]): number[] => values.map((v) => v / Math.hypot(...values));
const close = (actual: number[], expected: number[]): void => {
  assert.equal(actual.length, expected.length);
  for (const [i, value] of actual.entries()) {
    assert.ok(Math.abs(value - (expected[i] ?? NaN)) < 1e-4, `${actual} ≠ ${expected}`);
  }
};

const convolutionAttributes = (stride: number) => ({
  strides: { list: { i: ['1', `${stride}`, `${stride}`, '1'] } },
  padding: { s: base64('SAME') },
  data_format: { s: base64('NHWC') },
  fused_ops: { list: { s: [base64('BiasAdd'), base64('Relu')] } },
});

describe('convertPicturePart', () => {
  it('convolves with HWIO kernels, same padding, bias and relu', async () => {
    const kernel = [...Array(3 * 3 * 3 * 2).keys()].map((i) => ((i * 7) % 11) - 5);
    const graph = model(
      [{ name: 'y', op: '_FusedConv2D', input: ['x', 'k', 'b'], attr: convolutionAttributes(1) }],
      [
        { name: 'k', shape: [3, 3, 3, 2], values: kernel },
        { name: 'b', shape: [2], values: [40, -60] },
      ],
    );
    const channel = (o: number): number =>
      plane.reduce((sum, [y, x]) => {
        let value = o === 0 ? 40 : -60;
        for (let i = 0; i < 27; i++) {
          const at = Math.floor(i / 3);
          value += pixel(y + Math.floor(at / 3) - 1, x + (at % 3) - 1, i % 3) * (kernel[i * 2 + o] ?? 0);
        }
        return sum + Math.max(0, value);
      }, 0);
    close(await run(graph, 'y', 2), unit([channel(0), channel(1)]));
  });

  it('convolves each channel alone with HWCM kernels', async () => {
    const kernel = [...Array(3 * 3 * 3).keys()].map((i) => ((i * 5) % 13) - 4);
    const graph = model(
      [
        {
          name: 'y',
          op: 'FusedDepthwiseConv2dNative',
          input: ['x', 'k', 'b'],
          attr: convolutionAttributes(2),
        },
      ],
      [
        { name: 'k', shape: [3, 3, 3, 1], values: kernel },
        { name: 'b', shape: [3], values: [1, 2, 3] },
      ],
    );
    const channel = (c: number): number =>
      plane
        .filter(([y, x]) => y % 2 === 0 && x % 2 === 0)
        .reduce((sum, [y, x]) => {
          let value = c + 1;
          for (let at = 0; at < 9; at++) {
            value += pixel(y + Math.floor(at / 3) - 1, x + (at % 3) - 1, c) * (kernel[at * 3 + c] ?? 0);
          }
          return sum + Math.max(0, value);
        }, 0);
    close(await run(graph, 'y', 3), unit([0, 1, 2].map(channel)));
  });

  it('adds and multiplies constants by channel, clips at six, and folds scalars in', async () => {
    const graph = model(
      [
        { name: 's', op: 'Mul', input: ['x', 'scale'] },
        { name: 'a', op: 'AddV2', input: ['s', 'offset'] },
        { name: 'y', op: 'Relu6', input: ['a'] },
      ],
      [
        { name: 'scale', shape: [], values: [0.03] },
        { name: 'offset', shape: [3], values: [-3, 0, 2] },
      ],
    );
    const channel = (offset: number, c: number): number =>
      plane.reduce((sum, [y, x]) => sum + Math.min(6, Math.max(0, pixel(y, x, c) * 0.03 + offset)), 0);
    close(await run(graph, 'y', 3), unit([-3, 0, 2].map(channel)));
  });

  it('leaves out what the wanted output does not need, known or not', async () => {
    const graph = model(
      [
        { name: 'y', op: 'Relu', input: ['x'] },
        { name: 'z', op: 'Mystery', input: ['y'] },
      ],
      [],
    );
    assert.equal((await run(graph, 'y', 3)).length, 3);
    await assert.rejects(run(graph, 'z', 3), /Mystery/);
    await assert.rejects(run(graph, 'nowhere', 3), /nowhere/);
  });
});

describe('readWeights', () => {
  it('reads half-precision numbers exactly', () => {
    const cases = [
      [0x3c00, 1],
      [0xc000, -2],
      [0x3555, 0.333251953125],
      [0x0001, 2 ** -24],
      [0x7bff, 65504],
      [0x7c00, Infinity],
    ];
    for (const [bits = 0, value] of cases) assert.equal(halfToNumber(bits), value);
    assert.ok(Number.isNaN(halfToNumber(0x7e00)));
  });

  it('refuses files that do not fit the manifest, and types it does not know', () => {
    const entry = { name: 'w', shape: [2], dtype: 'float32' };
    assert.throws(() => readWeights([entry], new Uint8Array(12)), /12/);
    assert.throws(() => readWeights([entry], new Uint8Array(4)));
    assert.throws(() => readWeights([{ ...entry, dtype: 'string' }], new Uint8Array(8)), /string/);
  });
});
