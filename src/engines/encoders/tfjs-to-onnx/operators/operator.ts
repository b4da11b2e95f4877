/** What every operator's converter is given and gives. */
import type { TfNode } from '../graph.ts';
import type { OnnxWriter } from '../onnx-writer.ts';
import type { Constant } from '../weights.ts';

/** One input of an operation: a value computed by the graph (in NCHW), or a constant (in TensorFlow's order). */
export type Operand =
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'constant'; readonly constant: Constant };

/** Writes an operation's ONNX form and returns the name of its value, laid out NCHW. */
export type Operator = (node: TfNode, inputs: readonly Operand[], writer: OnnxWriter) => string;

/** The input at a position, which must be computed by the graph. */
export function valueAt(node: TfNode, inputs: readonly Operand[], position: number): string {
  const input = inputs[position];
  if (input?.kind === 'value') return input.name;
  throw new Error(`${node.op} ${node.name}: input ${position} must be computed by the graph`);
}

/** The input at a position, which must be a constant. */
export function constantAt(node: TfNode, inputs: readonly Operand[], position: number): Constant {
  const input = inputs[position];
  if (input?.kind === 'constant') return input.constant;
  throw new Error(`${node.op} ${node.name}: input ${position} must be a constant`);
}
