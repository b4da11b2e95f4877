/** Means over the whole picture. */
import { constantAt, type Operator, valueAt } from './operator.ts';

/** Mean over height and width (axes 1 and 2 of NHWC) that keeps both axes with length 1. */
export const mean: Operator = (node, inputs, writer) => {
  const axes = [...constantAt(node, inputs, 1).values].sort().join();
  if (axes !== '1,2' || node.attr.keep_dims?.b !== true) {
    throw new Error(`Mean ${node.name} must keep its axes and run over height and width`);
  }
  return writer.node('GlobalAveragePool', [valueAt(node, inputs, 0)]);
};
