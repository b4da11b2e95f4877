import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnsupportedError } from '#kernel/errors';
import { animatedGif } from './contract-samples.ts';
import { requireWholeGif, stripGif } from './gif.ts';

test('a stripped GIF loses its comment and nothing else', async () => {
  const gif = await animatedGif(3);
  const stripped = stripGif(gif);
  assert.ok(gif.includes('secret comment') && !stripped.includes('secret comment'));
  assert.equal(stripped.length, gif.length - 'secret comment'.length - 4);
  assert.ok(stripped.includes('NETSCAPE2.0'), 'it still loops');
  assert.deepEqual(stripGif(stripped), stripped);
});

test('a GIF without its closing byte is whole', async () => {
  const gif = await animatedGif(3);
  requireWholeGif(gif);
  requireWholeGif(gif.subarray(0, gif.length - 1));
  assert.deepEqual(stripGif(gif.subarray(0, gif.length - 1)), stripGif(gif));
});

test('a GIF cut anywhere else inside its last picture is refused', async () => {
  const gif = await animatedGif(2);
  const blocksEnd = gif.length - 1;
  for (const cut of [5, 10, 13, 20, 100, blocksEnd - 1, blocksEnd - 3]) {
    assert.throws(() => requireWholeGif(gif.subarray(0, cut)), UnsupportedError, `cut at ${cut}`);
  }
});

test('a GIF whose blocks make no sense is refused', async () => {
  const gif = Buffer.from(await animatedGif(2));
  gif.fill(0x42, gif.length - 20);
  assert.throws(() => requireWholeGif(gif), UnsupportedError);
});
