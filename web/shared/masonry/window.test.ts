import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutMasonry } from './layout.ts';
import { heightOf, stretchAround, tilesWithin } from './window.ts';

const ratios = Array.from({ length: 600 }, (_, index) => 0.6 + (index % 9) / 8);
const layout = layoutMasonry(ratios, 8);
const grid = { columnWidth: 236, gap: 16 };

test('every tile that touches the screen is drawn', () => {
  for (let top = 0; top < heightOf(layout, grid); top += 500) {
    const drawn = new Set(tilesWithin(layout, ratios, grid, stretchAround(top, 1080)));
    for (const index of tilesWithin(layout, ratios, grid, { from: top, to: top + 1080 })) {
      assert.ok(drawn.has(index));
    }
  }
});

test('far fewer tiles are drawn than there are', () => {
  for (let top = 0; top < heightOf(layout, grid); top += 500) {
    assert.ok(tilesWithin(layout, ratios, grid, stretchAround(top, 1080)).length <= 120);
  }
});

test('small scrolls change nothing', () => {
  assert.deepEqual(stretchAround(1201, 960), stretchAround(1210, 960));
});

test('the stretch never begins above the grid', () => {
  assert.equal(stretchAround(-5000, 800).from, 0);
  assert.equal(stretchAround(-5000, 800).to, 0);
});
