import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { largestCandidate } from './srcset.ts';

test('the widest or densest candidate wins', () => {
  const cases: Readonly<Record<string, ReturnType<typeof largestCandidate>>> = {
    'a.jpg 320w, b.jpg 1200w, c.jpg 640w': { url: 'b.jpg', width: 1200 },
    'a.jpg, b.jpg 2x, c.jpg 1.5x': { url: 'b.jpg', width: null },
    'a.jpg 1x,b.jpg 3x,c.jpg 2x': { url: 'b.jpg', width: null },
    'a.jpg,b.jpg 2x': { url: 'a.jpg,b.jpg', width: null },
    '/w_1,h_2/a.jpg 300w, /w_2,h_4/a.jpg 600w': { url: '/w_2,h_4/a.jpg', width: 600 },
    '\n  a.jpg\t10w ,\n b.jpg 20w ,': { url: 'b.jpg', width: 20 },
    'only.jpg': { url: 'only.jpg', width: null },
    ', ,': undefined,
    '': undefined,
  };
  for (const [srcset, expected] of Object.entries(cases))
    assert.deepEqual(largestCandidate(srcset), expected, srcset);
});

test('any text is read without an error, giving a URL without spaces or no candidate', () => {
  fc.assert(fc.property(fc.string(), (text) => !/\s/.test(largestCandidate(text)?.url ?? '')));
});

test('a hostile text takes no longer than its length', () => {
  const start = performance.now();
  for (const text of [
    `${'a'.repeat(200_000)} b c`,
    ','.repeat(200_000),
    'a '.repeat(100_000),
    'a,'.repeat(100_000),
  ]) {
    largestCandidate(text);
  }
  assert.ok(performance.now() - start < 500);
});
