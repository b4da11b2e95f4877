/** Pictures that are taken in, and files that are refused. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { system } from '#kernel/actor';
import type { MediaView } from '#services/media/contract';
import type { PinView } from '#services/pins/contract';
import { bulkyJpeg, decompressionBomb, truncated } from './support/bad-pictures.ts';
import { photo, softPicture } from './support/pictures.ts';
import { type Site, startSite } from './support/site.ts';
import { assertRefused, type Visitor } from './support/visitor.ts';

const limits = { bytes: 600_000, pixels: 100_000_000, frames: 20 };
let site: Site;
let ada: Visitor;
before(async () => {
  site = await startSite({ limits });
  ada = await site.member('ada');
});
after(() => site.stop());

async function storedFiles(): Promise<string[]> {
  const entries = await readdir(path.join(site.data, 'blobs'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Pictures that are there or on their way; of a refused one only the reason is kept. */
async function storedMedia(): Promise<number> {
  let count = 0;
  for await (const batch of site.app.services.store.scan(system, 'media')) {
    count += batch.filter(({ data }) => data['state'] !== 'refused').length;
  }
  return count;
}

/** Sends a file that must be refused; checks that nothing of it stays. */
async function refuse(
  bytes: Uint8Array,
  status: number,
  code: 'too_large' | 'unsupported',
  words: RegExp,
): Promise<void> {
  const [filesBefore, mediaBefore] = [await storedFiles(), await storedMedia()];
  const answer = await ada.sendFile('/api/media', bytes);
  const { error } = assertRefused(answer, status, code);
  assert.match(error.message, words);
  assert.doesNotMatch(error.message, /vips|sharp|heif|Error|node_modules|\/tmp/i);
  await site.drain();
  assert.deepEqual(await storedFiles(), filesBefore);
  assert.equal(await storedMedia(), mediaBefore);
}

test('a decompression bomb is refused by its pixels', async () => {
  const bomb = decompressionBomb();
  assert.ok(bomb.length < 100_000, `${bomb.length} bytes`);
  await refuse(bomb, 413, 'too_large', /pixels/);
});

test('a truncated photo is refused', async () => {
  await refuse(truncated(await photo('boats')), 415, 'unsupported', /picture|file/);
});

test('a text renamed .jpg is refused', async () => {
  await refuse(
    Buffer.from('Dear diary, this is no picture at all.\n'.repeat(40)),
    415,
    'unsupported',
    /picture|file/,
  );
});

test('an empty file is refused', async () => {
  await refuse(new Uint8Array(0), 415, 'unsupported', /picture|file/);
});

test('an SVG is refused, since it may carry scripts', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>';
  await refuse(Buffer.from(svg), 415, 'unsupported', /picture|file/);
});

test('a file over the limit of bytes is refused, naming the limit', async () => {
  const bulky = await bulkyJpeg(1000);
  assert.ok(bulky.length > limits.bytes);
  await refuse(bulky, 413, 'too_large', /600|0\.6|bytes|kB|MB/);
});

test('a search by a bad picture is refused as politely', async () => {
  assertRefused(await ada.sendFile('/api/search/picture', Buffer.from('no picture')), 415, 'unsupported');
  assertRefused(await ada.sendFile('/api/search/picture', decompressionBomb()), 413, 'too_large');
  assertRefused(await ada.sendFile('/api/search/picture', await bulkyJpeg(1000)), 413, 'too_large');
});

test('requests without a file are refused', async () => {
  assertRefused(await ada.post('/api/media', { file: 'no' }), 400, 'invalid_input');
  const form = new FormData();
  form.set('other', 'field');
  assertRefused(await ada.post('/api/media', form), 400, 'invalid_input', 'file');
});

test('a stranger cannot upload', async () => {
  assertRefused(await site.visitor().sendFile('/api/media', await softPicture(1)), 401, 'unauthenticated');
});

test('after refusals good pictures are taken as before', async () => {
  const media = await ada.upload(await softPicture(2));
  assert.equal(media.picture.state, 'ready');
});

test('orientation is applied and metadata is not handed on', async () => {
  const plain = await photo('mountains', { size: 400 });
  const { width, height } = await sharp(plain).metadata();
  const secretPlace = { IFD0: { Copyright: 'Secret Address 1' } };
  const turned = await sharp(plain)
    .withExif(secretPlace)
    .withMetadata({ orientation: 6, exif: secretPlace })
    .toBuffer();
  assert.ok(turned.includes('Secret Address'), 'the upload itself must carry the metadata');
  const board = await ada.board('Turned');
  const pin: PinView = await ada.pin(board.id, turned);
  assert.deepEqual([pin.picture.width, pin.picture.height], [height, width]);
  for (const name of ['236.webp', '474.jpg', 'original.auto']) {
    const answer = await fetch(`${site.url}/img/${pin.picture.signature}/${name}`);
    assert.equal(answer.status, 200, name);
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.ok(!bytes.includes('Secret Address'), name);
    const shown = await sharp(bytes).metadata();
    assert.ok((shown.orientation ?? 1) === 1, name);
    assert.ok((shown.height ?? 0) > (shown.width ?? 0), `${name} is upright`);
  }
});

for (const [format, encode] of Object.entries({
  png: (image: Sharp) => image.png(),
  webp: (image: Sharp) => image.webp(),
  avif: (image: Sharp) => image.avif({ effort: 0 }),
  gif: (image: Sharp) => image.gif(),
  tiff: (image: Sharp) => image.tiff(),
})) {
  test(`a ${format} is taken in`, async () => {
    const bytes = await encode(sharp(await softPicture(format.length + 100))).toBuffer();
    const answer = await ada.sendFile<MediaView>('/api/media', bytes, `picture.${format}`, `image/${format}`);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    assert.equal(answer.body.picture.width, 300);
  });
}

test('uploads that break off leave nothing behind', async () => {
  const filesBefore = await storedFiles();
  const bytes = await photo('flower');
  const half = new ReadableStream({
    start(controller) {
      const head =
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n';
      controller.enqueue(Buffer.concat([Buffer.from(head), bytes.subarray(0, 5000)]));
      queueMicrotask(() => controller.error(new Error('the line went dead')));
    },
  });
  const headers = { 'content-type': 'multipart/form-data; boundary=x', cookie: ada.cookie ?? '' };
  await assert.rejects(
    fetch(`${site.url}/api/media`, { method: 'POST', body: half, duplex: 'half', headers } as RequestInit),
  );
  await site.drain();
  assert.deepEqual(await storedFiles(), filesBefore);
});
