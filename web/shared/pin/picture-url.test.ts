import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PictureView } from '#services/media/contract';
import { pictureUrl, srcSet } from './picture-url.ts';

const picture = (width: number) => ({ signature: 'ab', width, height: 100 }) as PictureView;

test('a large picture offers each width up to the one asked for', () => {
  assert.equal(srcSet(picture(3000)), '/img/ab/236.webp 236w, /img/ab/474.webp 474w, /img/ab/736.webp 736w');
  assert.match(srcSet(picture(3000), 1200), /1200\.webp 1200w$/);
});

test('a small picture says how wide it really is, once', () => {
  assert.equal(srcSet(picture(300)), '/img/ab/236.webp 236w, /img/ab/474.webp 300w');
  assert.equal(srcSet(picture(100)), '/img/ab/236.webp 100w');
});

test('link previews get a format that everybody reads', () => {
  assert.equal(pictureUrl('ab', 1200, 'jpg'), '/img/ab/1200.jpg');
});
