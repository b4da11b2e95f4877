import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layoutMasonry } from './layout.ts';
import { stylesFor, stylesForAny } from './place-style.ts';

const ratios = [1, 0.75, 1.5, 2];

test('the style for any width holds each column count exactly as the style for that count', () => {
  const any = stylesForAny(ratios);
  for (const columns of [2, 5, 8]) {
    const one = stylesFor(layoutMasonry(ratios, columns), columns, ratios);
    for (const [index, style] of one.tiles.entries()) {
      for (const property of style.split(';').filter((part) => /--[cak]:/.test(part))) {
        const numbered = property.replace(':', `${columns}:`);
        assert.ok(any.tiles[index]?.includes(`${numbered};`), `${numbered} in ${any.tiles[index]}`);
      }
    }
  }
});

test('each tile states its own height', () => {
  assert.match(stylesForAny(ratios).tiles[2] ?? '', /^--r:1\.5;/);
});
