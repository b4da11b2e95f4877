import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meanFeatures, viewsOf } from './surroundings.ts';

test('a part is seen by itself first, then wider around its middle', () => {
  const [part, wider, widest] = viewsOf({ x: 0.4, y: 0.4, width: 0.2, height: 0.2 });
  assert.deepEqual(part, { x: 0.4, y: 0.4, width: 0.2, height: 0.2 });
  for (const view of [wider, widest]) {
    assert.ok(view && Math.abs(view.x + view.width / 2 - 0.5) < 1e-9);
  }
  assert.ok((wider?.width ?? 0) > 0.2 && (widest?.width ?? 0) > (wider?.width ?? 0));
});

test('no view leaves the picture, and the whole picture is seen once', () => {
  for (const view of viewsOf({ x: 0, y: 0.7, width: 0.3, height: 0.3 })) {
    assert.ok(view.x >= 0 && view.y >= 0 && view.x + view.width <= 1 && view.y + view.height <= 1 + 1e-9);
  }
  assert.equal(viewsOf({ x: 0, y: 0, width: 1, height: 1 }).length, 1);
});

test('the mean weighs all views alike', () => {
  assert.deepEqual(meanFeatures([Float32Array.of(1, 0), Float32Array.of(0, 1)]), Float32Array.of(0.5, 0.5));
});
