/** Element-wise sums and products with broadcasting. */
import type { OnnxWriter } from '../onnx-writer.ts';
import type { Operand, Operator } from './operator.ts';

const onnxNames: Readonly<Record<string, string>> = { Add: 'Add', AddV2: 'Add', Mul: 'Mul', Sub: 'Sub' };

/** A constant that broadcasts over NHWC pictures, made to broadcast over NCHW ones: a scalar, or a value a channel. */
function broadcast({ kind, ...operand }: Operand, writer: OnnxWriter): string {
  if ('name' in operand) return operand.name;
  const { shape, values } = operand.constant;
  if (shape.length > 1) throw new Error(`${kind} [${shape}] must be a scalar or have one axis`);
  return writer.constant(values, shape.length === 0 ? [] : [values.length, 1, 1]);
}

/** Add, Sub or Mul of two operands, in order. */
export const arithmetic: Operator = (node, inputs, writer) => {
  const name = onnxNames[node.op];
  if (!name || inputs.length !== 2)
    throw new Error(`${node.op} ${node.name} must be a sum or product of two`);
  return writer.node(
    name,
    inputs.map((input) => broadcast(input, writer)),
  );
};
