import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InvalidInputError, UnsupportedError } from '#kernel/errors';
import { applyProjection, decodeProjection, encodeProjection, type Projection } from './projection.ts';
import { gram, orthonormalise, products, randomRows, widestEigenpairs } from './projection-eigen.ts';
import { fitProjection, fitSampleLimit } from './projection-fit.ts';

/** Samples that vary along every axis, the first axes most: standard deviation 10, 9, 8 … times `axes`. */
function samples(count: number, axes: number): Float32Array[] {
  return randomRows(count, axes).map((row) => row.map((value, i) => 5 + value * Math.max(0.1, 10 - i)));
}

const rowOf = (p: Projection, row: number): Float32Array =>
  p.components.subarray(row * p.inputDimensions, (row + 1) * p.inputDimensions);
const sizeOf = (vector: Float32Array): number => Math.hypot(...vector);

describe('widestEigenpairs', () => {
  it('finds the eigenvalues and vectors of a matrix that it may hold whole', () => {
    const rows = randomRows(7, 5);
    const matrix = gram(rows);
    const { values, vectors } = widestEigenpairs(matrix, 3);
    assert.ok(values.every((value, i) => i === 0 || value <= (values[i - 1] ?? 0)));
    for (const [i, image] of products(vectors, matrix).entries()) {
      for (const [t, x] of image.entries()) {
        assert.ok(Math.abs(x - (values[i] ?? 0) * (vectors[i]?.[t] ?? 0)) < 1e-3);
      }
    }
  });

  it('orthonormalises rows and empties those that depend on others', () => {
    const [first = new Float32Array(4)] = randomRows(1, 4);
    const rows = [first, first.map((x) => -2 * x), Float32Array.of(1, 2, 3, 4)];
    orthonormalise(rows);
    const sizes = rows.map((row) => Math.round(sizeOf(row) * 1e3) / 1e3);
    assert.deepEqual(sizes, [1, 0, 1]);
    assert.ok(Math.abs(gram(rows)[0]?.[2] ?? 1) < 1e-5);
  });
});

describe('fitProjection', () => {
  it('finds the widest axes in order and divides each by a power of its variance', () => {
    for (const count of [12, 400]) {
      const fitted = fitProjection(samples(count, 16), 4);
      assert.deepEqual([fitted.inputDimensions, fitted.dimensions], [16, 4]);
      const sizes = [0, 1, 2, 3].map((row) => sizeOf(rowOf(fitted, row)));
      assert.ok(sizes.every((size, i) => i === 0 || size > (sizes[i - 1] ?? 0)));
    }
    const first = fitProjection(samples(4000, 16), 1);
    assert.ok(Math.abs(sizeOf(first.components) - 100 ** -0.175) < 0.02);
    assert.ok(Math.abs(first.components[0] ?? 0) > 0.9 * sizeOf(first.components));
  });

  it('keeps the length of the vectors when samples are few, the rest of the components being zero', () => {
    const few = samples(5, 40);
    const fitted = fitProjection(few, 16);
    const sizes = Array.from({ length: 16 }, (_, row) => sizeOf(rowOf(fitted, row)));
    assert.ok(sizes.slice(0, 4).every((size) => size > 0));
    assert.ok(sizes.slice(4).every((size) => size === 0));
    assert.ok(few.every((sample) => Math.abs(sizeOf(applyProjection(fitted, sample)) - 1) < 1e-4));
  });

  it('gives zeros, not NaN, for one sample or samples that are all alike', () => {
    const same = Float32Array.of(1, 2, 3);
    for (const alike of [[same], [same, same, same]]) {
      const fitted = fitProjection(alike, 2);
      assert.deepEqual(applyProjection(fitted, same), new Float32Array(2));
    }
  });

  it('gives the same projection for the same samples, also past the sample limit', () => {
    const many = samples(fitSampleLimit + 1000, 3);
    const fitted = fitProjection(many, 2);
    assert.deepEqual(fitProjection(many, 2), fitted);
    const middle = applyProjection(fitted, Float32Array.of(5, 5, 5));
    assert.ok(middle.every(Number.isFinite));
  });

  it('refuses no samples and samples of different lengths', () => {
    assert.throws(() => fitProjection([]), InvalidInputError);
    assert.throws(() => fitProjection([new Float32Array(3), new Float32Array(4)]), InvalidInputError);
  });
});

describe('applyProjection', () => {
  const fitted = fitProjection(samples(60, 10), 6);

  it('gives unit vectors that put a sample nearest to its own noisy copy', () => {
    const rows = samples(60, 10);
    const vectors = rows.map((row) => applyProjection(fitted, row));
    const copies = rows.map((row) =>
      applyProjection(
        fitted,
        row.map((x, i) => x + (i % 2 ? 0.05 : -0.05)),
      ),
    );
    for (const [i, scores] of products(copies, vectors).entries()) {
      assert.equal(scores.indexOf(Math.max(...scores)), i);
      assert.ok(Math.abs(sizeOf(copies[i] ?? new Float32Array(0)) - 1) < 1e-5);
    }
  });

  it('refuses features of another length', () => {
    assert.throws(() => applyProjection(fitted, new Float32Array(9)), InvalidInputError);
  });
});

describe('encodeProjection', () => {
  const fitted = fitProjection(samples(20, 10), 4);

  it('survives a round trip exactly, also from the middle of a larger buffer', () => {
    const bytes = encodeProjection(fitted);
    assert.deepEqual(decodeProjection(bytes), fitted);
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    assert.deepEqual(decodeProjection(larger.subarray(3)), fitted);
  });

  it('refuses parts of itself and foreign bytes', () => {
    const bytes = encodeProjection(fitted);
    const foreign = Uint8Array.from(bytes, (byte, i) => (i === 7 ? byte + 1 : byte));
    for (const wrong of [bytes.subarray(0, -1), bytes.subarray(0, 10), new Uint8Array(0), foreign]) {
      assert.throws(() => decodeProjection(wrong), UnsupportedError);
    }
  });
});
