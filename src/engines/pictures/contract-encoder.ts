/** A small encoder for tests: mean colour and coarse brightness. Deterministic, instant. */
import type { ImageEncoder } from '#engines/encoders/port';

const side = 32;
const cells = 4;

/** Tells colours and rough shapes apart, no more. */
export function createPlainEncoder(): ImageEncoder {
  const dimensions = cells * cells * 3;
  return {
    name: 'plain@1',
    dimensions,
    blocks: [dimensions],
    inputSize: side,
    async encode(rgb) {
      const features = new Float32Array(dimensions);
      for (const [at, value] of rgb.entries()) {
        const [x, y] = [Math.floor(at / 3) % side, Math.floor(at / 3 / side)];
        const cell = Math.floor((y * cells) / side) * cells + Math.floor((x * cells) / side);
        const index = cell * 3 + (at % 3);
        features[index] = (features[index] ?? 0) + value + 1;
      }
      return features;
    },
    async close() {},
  };
}
