/** Plain and depthwise convolutions with their fused bias and activation. */
import { planeAttribute, type TfNode, textAttribute, textsAttribute } from '../graph.ts';
import type { OnnxAttribute, OnnxWriter } from '../onnx-writer.ts';
import type { Constant } from '../weights.ts';
import { activate } from './activation.ts';
import { constantAt, type Operand, type Operator, valueAt } from './operator.ts';

/** `[h, w, a, b]` → `[b, a, h, w]`: a plain kernel from HWIO to OIHW. */
function toOihw({ shape, values }: Constant): Constant {
  const [height = 1, width = 1, inner = 1, outer = 1] = shape;
  const moved = new Float32Array(values.length);
  const plane = height * width;
  for (let at = 0; at < plane; at++) {
    for (let i = 0; i < inner; i++) {
      for (let o = 0; o < outer; o++)
        moved[(o * inner + i) * plane + at] = values[(at * inner + i) * outer + o] ?? 0;
    }
  }
  return { shape: [outer, inner, height, width], values: moved };
}

/** A depthwise kernel from HWCM to (C·M)1HW: HWIO with one input channel, as channel and multiplier lie together. */
function toGrouped({ shape, values }: Constant): Constant {
  const [height = 1, width = 1, channels = 1, multiplier = 1] = shape;
  return toOihw({ shape: [height, width, 1, channels * multiplier], values });
}

function convolutionAttributes(node: TfNode, group: number): Record<string, OnnxAttribute> {
  const padding = textAttribute(node, 'padding', 'VALID');
  const layout = textAttribute(node, 'data_format', 'NHWC');
  if (layout !== 'NHWC' || !['SAME', 'VALID'].includes(padding)) {
    throw new Error(
      `${node.op} ${node.name}: ${layout} with padding ${padding} is not known to the converter`,
    );
  }
  return {
    auto_pad: padding === 'SAME' ? 'SAME_UPPER' : 'VALID',
    strides: planeAttribute(node, 'strides'),
    dilations: planeAttribute(node, 'dilations'),
    group,
  };
}

function write(
  node: TfNode,
  inputs: readonly Operand[],
  kernel: Constant,
  group: number,
  writer: OnnxWriter,
): string {
  const fused = textsAttribute(node, 'fused_ops');
  const operands = [valueAt(node, inputs, 0), writer.constant(kernel.values, kernel.shape)];
  if (fused[0] === 'BiasAdd') {
    const bias = constantAt(node, inputs, 2);
    operands.push(writer.constant(bias.values, [bias.values.length]));
  }
  const sum = writer.node('Conv', operands, convolutionAttributes(node, group));
  const activations = fused.filter((name) => name !== 'BiasAdd');
  return activations.reduce((value, name) => activate(name, value, writer), sum);
}

/** Conv2D, with bias and activation where fused. */
export const convolution: Operator = (node, inputs, writer) =>
  write(node, inputs, toOihw(constantAt(node, inputs, 1)), 1, writer);

/** Depthwise Conv2D: every channel is a group of its own. */
export const depthwiseConvolution: Operator = (node, inputs, writer) => {
  const kernel = constantAt(node, inputs, 1);
  return write(node, inputs, toGrouped(kernel), kernel.shape[2] ?? 1, writer);
};
