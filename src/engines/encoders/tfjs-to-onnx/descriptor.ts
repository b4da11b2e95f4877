/** Turns pictures of values into descriptors, inside the graph. */
import type { OnnxWriter } from './onnx-writer.ts';

function signedRoot(value: string, writer: OnnxWriter): string {
  const size = writer.node('Sqrt', [writer.node('Abs', [value])]);
  return writer.node('Mul', [writer.node('Sign', [value]), size]);
}

/**
 * Averages a value over its plane and scales the result to unit length: `[1, channels]`.
 * With `root` the signed square root comes in between, which damps the few channels that fire strongly.
 */
export function describeBlock(value: string, root: boolean, writer: OnnxWriter): string {
  const pooled = writer.node('Flatten', [writer.node('GlobalAveragePool', [value])], { axis: 1 });
  const damped = root ? signedRoot(pooled, writer) : pooled;
  return writer.node('LpNormalization', [damped], { axis: 1, p: 2 });
}
