/**
 * Converts part of a TensorFlow.js graph to ONNX.
 *
 * Phases: take the operations that the wanted outputs need; turn the picture (bytes,
 * NHWC) into floats and move its channels to the front, once; write each operation in
 * NCHW, constants folded into the layout that ONNX wants, so that no other transpose
 * exists. All values between the operations are pictures: batch, channels, height, width.
 */
import { operationsFor, type TfGraph, type TfNode } from './graph.ts';
import type { OnnxWriter } from './onnx-writer.ts';
import { operators } from './operators/index.ts';
import type { Operand } from './operators/operator.ts';

function pictureInput(side: number, writer: OnnxWriter): Operand {
  const bytes = writer.byteInput('rgb', [1, side, side, 3]);
  const planes = writer.node('Transpose', [bytes], { perm: [0, 3, 1, 2] });
  // ONNX numbers its types; 1 is a 32-bit float.
  return { kind: 'value', name: writer.node('Cast', [planes], { to: 1 }) };
}

function convertNode(node: TfNode, inputs: readonly Operand[], writer: OnnxWriter): Operand {
  const operator = operators[node.op];
  if (!operator) throw new Error(`operation ${node.op} (${node.name}) is not known to the converter`);
  return { kind: 'value', name: operator(node, inputs, writer) };
}

/**
 * Writes what computes the operations named `wanted`, from an input `rgb` of `side`² pixels
 * of three bytes. Returns the values' names in the order of `wanted`; throws on an operation it does not know.
 */
export function convertPicturePart(
  graph: TfGraph,
  wanted: readonly string[],
  side: number,
  writer: OnnxWriter,
): string[] {
  const operands = new Map<string, Operand>();
  const operand = (name: string): Operand => {
    const known = operands.get(name);
    if (!known) throw new Error(`the model has no operation ${name}`);
    return known;
  };
  for (const node of operationsFor(graph, wanted)) {
    const constant = graph.constants.get(node.name);
    if (constant) operands.set(node.name, { kind: 'constant', constant });
    else if (node.op === 'Placeholder') operands.set(node.name, pictureInput(side, writer));
    else operands.set(node.name, convertNode(node, node.input.map(operand), writer));
  }
  return wanted.map((name) => {
    const result = operand(name);
    if (result.kind === 'constant') throw new Error(`${name} does not depend on the picture`);
    return result.name;
  });
}
