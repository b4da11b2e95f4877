/** The thread's side of `ProjectionThread`: one projection at a time. */
import { applyProjection, type Projection } from './projection.ts';
import { fitProjection } from './projection-fit.ts';

let current: Projection | undefined;

/** Rows laid end to end. */
export interface Rows {
  readonly values: Float32Array;
  readonly length: number;
}

function rowsOf({ values, length }: Rows): Float32Array[] {
  const count = Math.floor(values.length / length);
  return Array.from({ length: count }, (_, i) => values.subarray(i * length, (i + 1) * length));
}

/** Fits and remembers. */
export function fit({ samples, dimensions }: { samples: Rows; dimensions: number }): Projection {
  current = fitProjection(rowsOf(samples), dimensions);
  return current;
}

/** Applies what was fitted last. */
export function project(rows: Rows): Float32Array[] {
  const projection = current;
  if (projection === undefined) throw new Error('nothing was fitted yet');
  return rowsOf(rows).map((raw) => applyProjection(projection, raw));
}
