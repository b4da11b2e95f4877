/** The widest directions of a symmetric matrix. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** A matrix by rows, all of one length. */
export type Rows = readonly Float32Array[];

/** Eigenvalues, descending, and their unit eigenvectors as rows. */
export interface Eigenpairs {
  readonly values: readonly number[];
  readonly vectors: Float32Array[];
}

/** Rounds of the subspace iteration. They capture 99 % of the variance that is there to capture; more rounds retrieve no better. */
const rounds = 2;
/** Directions carried along beyond those asked for, which is what makes the last of those converge. */
const spare = 32;

const none = new Float32Array(0);

/**
 * Writes the dot products of two rows of `a` with four rows of `b` into `out[i][j]`. Eight sums
 * at once: a product of two rows alone would wait for memory and for its own last addition.
 */
function tile(a: Rows, b: Rows, out: Rows, i: number, j: number): void {
  const a0 = a[i] ?? none;
  const a1 = a[i + 1] ?? a0;
  const b0 = b[j] ?? none;
  const b1 = b[j + 1] ?? b0;
  const b2 = b[j + 2] ?? b0;
  const b3 = b[j + 3] ?? b0;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  for (let t = 0; t < a0.length; t++) {
    const x = a0[t] ?? 0;
    const y = a1[t] ?? 0;
    const p = b0[t] ?? 0;
    const q = b1[t] ?? 0;
    const r = b2[t] ?? 0;
    const s = b3[t] ?? 0;
    s00 += x * p;
    s01 += x * q;
    s02 += x * r;
    s03 += x * s;
    s10 += y * p;
    s11 += y * q;
    s12 += y * r;
    s13 += y * s;
  }
  // Past the end of a row, or of the rows, an assignment is dropped, which is what the edges need.
  out[i]?.set([s00, s01, s02, s03].slice(0, b.length - j), j);
  out[i + 1]?.set([s10, s11, s12, s13].slice(0, b.length - j), j);
}

/** Rows of `b` that stay in the processor's cache while all of `a` passes by. */
const block = 48;

function everyTile(a: Rows, b: Rows, out: Rows, lowerHalf: boolean): void {
  for (let start = 0; start < b.length; start += block) {
    const end = Math.min(b.length, start + block);
    for (let i = lowerHalf ? start : 0; i < a.length; i += 2) {
      for (let j = start; j < end; j += 4) tile(a, b, out, i, j);
    }
  }
}

/** Every dot product of a row of `a` with a row of `b`: a · bᵀ. About 2 · 10⁹ multiplications a second. */
export function products(a: Rows, b: Rows): Float32Array[] {
  const out = a.map(() => new Float32Array(b.length));
  everyTile(a, b, out, false);
  return out;
}

/** Every dot product of two of the rows; half the cost of `products`, as the result is symmetric. */
export function gram(rows: Rows): Float32Array[] {
  const out = rows.map(() => new Float32Array(rows.length));
  everyTile(rows, rows, out, true);
  for (const [i, row] of out.entries()) {
    for (let j = i + 1; j < row.length; j++) row[j] = out[j]?.[i] ?? 0;
  }
  return out;
}

/** Columns as rows. */
export function transpose(rows: Rows): Float32Array[] {
  const width = rows[0]?.length ?? 0;
  return Array.from({ length: width }, (_, column) => Float32Array.from(rows, (row) => row[column] ?? 0));
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function addScaled(target: Float32Array, source: Float32Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + factor * (source[i] ?? 0);
}

/** Makes the rows orthonormal in place, the first ones first (modified Gram–Schmidt); rows that depend on earlier ones become zero. */
export function orthonormalise(rows: Rows): void {
  for (const [i, row] of rows.entries()) {
    const before = Math.sqrt(dot(row, row));
    for (const earlier of rows.slice(0, i)) addScaled(row, earlier, -dot(row, earlier));
    const size = Math.sqrt(dot(row, row));
    const scale = size > 1e-5 * before ? 1 / size : 0;
    for (let t = 0; t < row.length; t++) row[t] = (row[t] ?? 0) * scale;
  }
}

/** Rows of normally distributed numbers, the same ones every time. */
export function randomRows(count: number, length: number): Float32Array[] {
  let state = 0x9e3779b9;
  // Mulberry32 (Tommy Ettinger, 2017, public domain).
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 1) / 4294967297;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return Array.from({ length: count }, () => Float32Array.from({ length }, normal));
}

/** All eigenpairs of a small symmetric matrix, in descending order. */
function smallEigenpairs(matrix: Rows): Eigenpairs {
  const found = new EigenvalueDecomposition(new Matrix(matrix.map((row) => [...row])), {
    assumeSymmetric: true,
  });
  const order = found.realEigenvalues.map((_, i) => i).reverse();
  return {
    values: order.map((i) => found.realEigenvalues[i] ?? 0),
    vectors: order.map((i) => Float32Array.from(found.eigenvectorMatrix.getColumn(i))),
  };
}

/**
 * The `count` largest eigenvalues of a symmetric positive semidefinite matrix (all, when it has
 * fewer) and their eigenvectors. Cost: about 4 · side² · (count + 32)
 * multiplications. The values of the last few are some per cent too small.
 *
 * Block subspace iteration from a random start, then a Rayleigh–Ritz step: Halko, Martinsson and
 * Tropp, "Finding Structure with Randomness", SIAM Review 53 (2011), algorithms 4.4 and 5.3.
 */
export function widestEigenpairs(matrix: Rows, count: number): Eigenpairs {
  let basis = randomRows(Math.min(matrix.length, count + spare), matrix.length);
  orthonormalise(basis);
  for (let round = 0; round < rounds; round++) {
    basis = products(basis, matrix);
    orthonormalise(basis);
  }
  const small = smallEigenpairs(products(products(basis, matrix), basis));
  const weights = small.vectors.slice(0, count);
  return { values: small.values.slice(0, count), vectors: products(weights, transpose(basis)) };
}
