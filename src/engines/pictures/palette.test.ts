import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { toHex, toOklab } from './oklab.ts';
import { paletteOf } from './palette.ts';
import type { Raster } from './raster.ts';

/** A row of pixels, each given as `#rrggbb` or `#rrggbbaa`, so many times. */
function row(...runs: readonly (readonly [hex: string, times: number])[]): Raster {
  const pixels = runs.flatMap(([hex, times]) =>
    Array.from({ length: times }, () => hex.slice(1).padEnd(8, 'f')),
  );
  return { data: Buffer.from(pixels.join(''), 'hex'), width: pixels.length, height: 1, channels: 4 };
}

describe('Oklab', () => {
  it('agrees with the reference values of its source', () => {
    const reference = {
      '#ffffff': [1, 0, 0],
      '#ff0000': [0.628, 0.225, 0.126],
      '#00ff00': [0.866, -0.234, 0.179],
    };
    for (const [hex, expected] of Object.entries(reference)) {
      const [red = 0, green = 0, blue = 0] = Buffer.from(hex.slice(1), 'hex');
      const found = toOklab(red, green, blue);
      for (const axis of [0, 1, 2] as const)
        assert.ok(Math.abs(found[axis] - (expected[axis] ?? 0)) < 0.001, hex);
    }
  });

  it('comes back to the same colour', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(byte, byte, byte, (red, green, blue) => {
        assert.equal(toHex(toOklab(red, green, blue)), `#${Buffer.from([red, green, blue]).toString('hex')}`);
      }),
    );
  });
});

describe('palettes', () => {
  it('name the colours by share, the largest first', () => {
    const palette = paletteOf(row(['#102030', 60], ['#e0d010', 30], ['#c02020', 10]));
    assert.deepEqual(palette, [
      { hex: '#102030', share: 0.6 },
      { hex: '#e0d010', share: 0.3 },
      { hex: '#c02020', share: 0.1 },
    ]);
  });

  it('take shades that look alike for one colour', () => {
    const palette = paletteOf(row(['#404040', 50], ['#444444', 30], ['#ff8000', 20]));
    assert.deepEqual(
      palette.map(({ share }) => share),
      [0.8, 0.2],
    );
  });

  it('leave out transparent pixels and traces', () => {
    const palette = paletteOf(row(['#ff000000', 500], ['#0000ff', 199], ['#00ff00', 1]));
    assert.deepEqual(
      palette.map(({ hex }) => hex),
      ['#0000ff'],
    );
    assert.deepEqual(paletteOf(row(['#ff000010', 9])), []);
  });

  it('have at most six colours, whose shares never sum to more than one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 3, maxLength: 600 }), (bytes) => {
        const whole = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 3)));
        const palette = paletteOf({ data: whole, width: whole.length / 3, height: 1, channels: 3 });
        const total = palette.reduce((sum, { share }) => sum + share, 0);
        assert.ok(palette.length >= 1 && palette.length <= 6 && total <= 1 + 1e-9);
        const shares = palette.map(({ share }) => share);
        assert.deepEqual(
          shares,
          shares.toSorted((a, b) => b - a),
        );
      }),
    );
  });
});
