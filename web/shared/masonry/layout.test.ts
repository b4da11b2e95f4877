import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { columnLimits, columnsFor, columnWidthFor, gapFor, layoutMasonry, ratioOf } from './layout.ts';

const ratio = fc.double({ min: 0.5, max: 2.2, noNaN: true });

test('tiles never overlap, and each stands right under the one above it', () => {
  fc.assert(
    fc.property(fc.array(ratio, { maxLength: 80 }), fc.integer({ min: 2, max: 8 }), (ratios, columns) => {
      const filled = new Map<number, { above: number; gaps: number }>();
      for (const [index, place] of layoutMasonry(ratios, columns).placements.entries()) {
        const expected = filled.get(place.column) ?? { above: 0, gaps: 0 };
        assert.ok(Math.abs(place.above - expected.above) < 1e-3);
        assert.equal(place.gaps, expected.gaps);
        filled.set(place.column, { above: expected.above + (ratios[index] ?? 0), gaps: expected.gaps + 1 });
      }
    }),
  );
});

test('more tiles leave earlier ones where they are', () => {
  fc.assert(
    fc.property(fc.array(ratio, { minLength: 1 }), fc.array(ratio), (first, more) => {
      const before = layoutMasonry(first, 5).placements;
      assert.deepEqual(layoutMasonry([...first, ...more], 5).placements.slice(0, first.length), before);
    }),
  );
});

test('columns stay within a tile of each other', () => {
  const ratios = Array.from({ length: 200 }, (_, index) => 0.5 + ((index * 37) % 17) / 10);
  const { placements, height } = layoutMasonry(ratios, 6);
  const lengths = new Array<number>(6).fill(0);
  for (const [index, place] of placements.entries()) {
    lengths[place.column] = (lengths[place.column] ?? 0) + (ratios[index] ?? 0);
  }
  assert.ok(height.ratios - Math.min(...lengths) <= 2.4);
});

test('an empty grid has no height', () => {
  assert.deepEqual(layoutMasonry([], 4), { placements: [], height: { ratios: 0, gaps: 0 } });
});

test('two columns on a phone, about 236 pixels wide ones up to eight on wide screens', () => {
  assert.equal(columnsFor(374), 2);
  assert.equal(columnsFor(768), 3);
  assert.equal(columnsFor(1376), 5);
  assert.equal(columnsFor(4000), 8);
  for (let width = 704; width < 2000; width++) {
    const column = columnWidthFor(width, columnsFor(width));
    assert.ok(column >= 223.9 && column < 320, `${column} at ${width}`);
  }
});

test('the style sheet changes columns and gaps exactly where the script does', () => {
  const css = readFileSync(new URL('./masonry.css', import.meta.url), 'utf8');
  const rules = [...css.matchAll(/\(min-width: (\d+)px\) \{\s*\.masonry-plane \{\s*--n: (\d)/g)];
  assert.equal(rules.length, columnLimits.most - columnLimits.least);
  for (const [, width, columns] of rules) {
    assert.equal(columnsFor(Number(width)), Number(columns));
    assert.equal(columnsFor(Number(width) - 0.01), Number(columns) - 1);
  }
  const wide = /\(min-width: (\d+)px\) \{\s*\.masonry-plane \{\s*--gap: 16px/.exec(css)?.[1];
  assert.equal(gapFor(Number(wide)), 16);
  assert.equal(gapFor(Number(wide) - 1), 8);
});

test('slivers and towers are tamed; a picture without a size is a square', () => {
  assert.equal(ratioOf({ width: 100, height: 150 }), 1.5);
  assert.equal(ratioOf({ width: 1000, height: 10 }), 0.5);
  assert.equal(ratioOf({ width: 10, height: 1000 }), 2.2);
  assert.equal(ratioOf({ width: 0, height: 0 }), 1);
});
