import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rgbaToThumbHash } from 'thumbhash';
import { placeholderUrl } from './placeholder.ts';

/** A thumbhash of a picture that is red on the left and blue on the right. */
function redAndBlue(): string {
  const rgba = new Uint8Array(32 * 32 * 4);
  for (let pixel = 0; pixel < 32 * 32; pixel++) {
    rgba.set(pixel % 32 < 16 ? [220, 20, 20, 255] : [20, 20, 220, 255], pixel * 4);
  }
  return Buffer.from(rgbaToThumbHash(32, 32, rgba)).toString('base64');
}

test('a placeholder is a tiny bitmap with the colours where the picture has them', () => {
  const url = placeholderUrl(redAndBlue());
  assert.ok(url.length < 260, `${url.length} characters`);
  const bitmap = Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
  assert.equal(bitmap.toString('latin1', 0, 2), 'BM');
  assert.equal(bitmap.readUInt32LE(2), bitmap.length);
  const [columns, rows] = [bitmap.readInt32LE(18), bitmap.readInt32LE(22)];
  assert.deepEqual([columns, rows], [5, 5]);
  const [blue, , red] = bitmap.subarray(54, 57);
  assert.ok((red ?? 0) > (blue ?? 0) + 80, 'left is red');
  const last = bitmap.subarray(54 + (columns - 1) * 3);
  assert.ok((last[0] ?? 0) > (last[2] ?? 0) + 80, 'right is blue');
});

test('nothing comes of nothing', () => {
  assert.equal(placeholderUrl(''), '');
  assert.equal(placeholderUrl('%%%'), '');
});
