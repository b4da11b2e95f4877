/** Relu and Relu6, alone or fused into a convolution. */
import type { OnnxWriter } from '../onnx-writer.ts';
import { type Operator, valueAt } from './operator.ts';

/** Applies the named activation to a value and returns the new value. */
export function activate(name: string, value: string, writer: OnnxWriter): string {
  if (name === 'Relu') return writer.node('Relu', [value]);
  if (name !== 'Relu6') throw new Error(`activation ${name} is not known to the converter`);
  const zero = writer.constant(Float32Array.of(0), []);
  const six = writer.constant(Float32Array.of(6), []);
  return writer.node('Clip', [value, zero, six]);
}

/** An activation as an operation of its own. */
export const activation: Operator = (node, inputs, writer) =>
  activate(node.op, valueAt(node, inputs, 0), writer);
