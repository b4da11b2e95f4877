/**
 * A 64-bit hash that stays nearly the same when a picture is resized, recompressed or slightly recoloured:
 * grey 32 × 32, discrete cosine transform, the 8 × 8 lowest frequencies without the first row and column,
 * one bit each for lying above their median.
 * Source: Christoph Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions" (2010), section 3.2.1.
 */

const side = 32;
const kept = 8;

/** `kept` rows of cosines, for the frequencies 1 to 8. */
const cosines = Array.from({ length: kept }, (_, row) =>
  Float64Array.from({ length: side }, (__, x) => Math.cos((Math.PI / side) * (x + 0.5) * (row + 1))),
);

/** Mean luma (Rec. 601) of each of 32 × 32 blocks of an RGB square. */
function greyBlocks(rgb: Uint8Array, width: number): Float64Array {
  const block = width / side;
  const grey = new Float64Array(side * side);
  for (let y = 0; y < width; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      const luma = 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0);
      const cell = Math.floor(y / block) * side + Math.floor(x / block);
      grey[cell] = (grey[cell] ?? 0) + luma;
    }
  }
  return grey.map((sum) => sum / (block * block));
}

function weigh(values: Float64Array, weights: Float64Array): number {
  return values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);
}

/** Rounded, so that a picture without contrast has coefficients of exactly zero on every machine. */
function lowFrequencies(grey: Float64Array): number[] {
  const rows = Array.from({ length: side }, (_, y) => grey.subarray(y * side, (y + 1) * side));
  return cosines.flatMap((across) => {
    const column = Float64Array.from(rows, (row) => weigh(row, across));
    return cosines.map((down) => Math.round(weigh(column, down) * 1000) / 1000);
  });
}

/** The hash of an RGB square whose side is a multiple of 32: 16 hex digits. Compare by counting differing bits; up to about 10 is alike. */
export function perceptualHash(rgb: Uint8Array): string {
  const coefficients = lowFrequencies(greyBlocks(rgb, Math.sqrt(rgb.length / 3)));
  const sorted = coefficients.toSorted((a, b) => a - b);
  const median = ((sorted[31] ?? 0) + (sorted[32] ?? 0)) / 2;
  const bits = coefficients.map((value) => (value > median ? '1' : '0')).join('');
  return BigInt(`0b${bits}`).toString(16).padStart(16, '0');
}
