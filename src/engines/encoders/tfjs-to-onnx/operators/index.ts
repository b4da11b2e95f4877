/** Every TensorFlow operation that the converter knows. */
import { activation } from './activation.ts';
import { arithmetic } from './arithmetic.ts';
import { convolution, depthwiseConvolution } from './convolution.ts';
import type { Operator } from './operator.ts';
import { mean } from './pooling.ts';

/** Converters by TensorFlow's name of the operation. */
export const operators: Readonly<Record<string, Operator>> = {
  Add: arithmetic,
  AddV2: arithmetic,
  Conv2D: convolution,
  DepthwiseConv2dNative: depthwiseConvolution,
  FusedDepthwiseConv2dNative: depthwiseConvolution,
  Mean: mean,
  Mul: arithmetic,
  Relu: activation,
  Relu6: activation,
  Sub: arithmetic,
  _FusedConv2D: convolution,
};
