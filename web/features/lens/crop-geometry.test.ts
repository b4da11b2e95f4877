import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Box, corners, firstBox, keyed, leastSide, moved, resized, rounded } from './crop-geometry.ts';

const push = fc.double({ min: -2, max: 2, noNaN: true });
const steps = fc.array(fc.tuple(fc.constantFrom('move' as const, ...corners), push, push), { maxLength: 30 });

function assertInside(box: Box, slack = 1e-9): void {
  assert.ok(box.x >= -slack && box.y >= -slack);
  assert.ok(box.x + box.width <= 1 + slack && box.y + box.height <= 1 + slack);
}

test('whatever is dragged, the frame stays inside the picture and large enough to hold', () => {
  fc.assert(
    fc.property(steps, (pushes) => {
      let box = firstBox;
      for (const [kind, dx, dy] of pushes) {
        box = kind === 'move' ? moved(box, dx, dy) : resized(box, kind, dx, dy);
        assertInside(box);
        assert.ok(box.width >= leastSide - 1e-9 && box.height >= leastSide - 1e-9);
        assertInside(rounded(box));
      }
    }),
  );
});

test('moving keeps the size, and stops at the edge', () => {
  const box = moved(firstBox, 5, -5);
  assert.deepEqual([box.width, box.height], [0.6, 0.6]);
  assert.ok(Math.abs(box.x - 0.4) < 1e-9 && box.y === 0);
});

test('pulling a corner leaves the opposite one where it is', () => {
  const box = resized(firstBox, 'nw', 0.1, -0.1);
  assert.ok(Math.abs(box.x + box.width - 0.8) < 1e-9);
  assert.ok(Math.abs(box.y + box.height - 0.8) < 1e-9);
  assert.ok(Math.abs(box.x - 0.3) < 1e-9 && Math.abs(box.y - 0.1) < 1e-9);
});

test('arrows move, with Shift they resize, other keys do nothing', () => {
  assert.ok((keyed(firstBox, 'ArrowRight', false)?.x ?? 0) > firstBox.x);
  assert.ok((keyed(firstBox, 'ArrowUp', true)?.height ?? 1) < firstBox.height);
  assert.equal(keyed(firstBox, 'Enter', false), undefined);
});

test('a tremble of the hand rounds away', () => {
  assert.deepEqual(rounded(moved(firstBox, 0.001, 0.002)), rounded(firstBox));
});
