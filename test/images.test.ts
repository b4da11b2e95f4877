/** Picture URLs: caching, ranges, formats, and who may fetch them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import type { PinView } from '#services/pins/contract';
import { photo, softPicture } from './support/pictures.ts';
import { type Site, startSite } from './support/site.ts';
import type { Visitor } from './support/visitor.ts';

let site: Site;
let ada: Visitor;
let pin: PinView;
before(async () => {
  site = await startSite();
  ada = await site.member('ada');
  pin = await ada.pin((await ada.board('Public')).id, await photo('boats', { size: 900 }));
});
after(() => site.stop());

const get = (name: string, headers: Record<string, string> = {}, signature = pin.picture.signature) =>
  fetch(`${site.url}/img/${signature}/${name}`, { headers });

test('a public picture may be kept for ever and is asked for again in vain', async () => {
  const first = await get('474.webp');
  assert.equal(first.status, 200);
  assert.match(first.headers.get('cache-control') ?? '', /^public, max-age=31536000, immutable$/);
  assert.equal(first.headers.get('content-type'), 'image/webp');
  assert.equal(first.headers.get('x-content-type-options'), 'nosniff');
  const etag = first.headers.get('etag') ?? '';
  assert.match(etag, /^".+"$/);
  const again = await get('474.webp', { 'if-none-match': etag });
  assert.equal(again.status, 304);
  assert.equal((await again.arrayBuffer()).byteLength, 0);
  assert.equal(again.headers.get('etag'), etag);
  assert.equal((await get('474.webp', { 'if-none-match': '"other"' })).status, 200);
});

test('widths are what they say, and never enlarge', async () => {
  for (const width of [236, 474, 736, 1200]) {
    const bytes = Buffer.from(await (await get(`${width}.webp`)).arrayBuffer());
    assert.equal((await sharp(bytes).metadata()).width, Math.min(width, pin.picture.width));
  }
});

test('the best format that the browser takes is sent, and caches are told', async () => {
  // What is asked for again and again is worth its AVIF.
  for (let n = 0; n < 3; n += 1)
    await (await get('474.auto', { accept: 'image/avif,image/webp' })).arrayBuffer();
  await site.drain();
  const cases = [
    ['image/avif,image/webp,*/*', 'image/avif'],
    ['image/avif', 'image/avif'],
    ['image/webp,image/*;q=0.8', 'image/webp'],
    ['image/png,image/*;q=0.8', 'image/jpeg'],
    ['image/avif;q=0, image/webp', 'image/webp'],
    ['*/*', 'image/jpeg'],
  ] as const;
  for (const [accept, type] of cases) {
    const answer = await get('474.auto', { accept });
    assert.equal(answer.headers.get('content-type'), type, accept);
    assert.equal(answer.headers.get('vary'), 'Accept');
    const { format } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    assert.equal(format === 'heif' ? 'image/avif' : `image/${format}`, type);
  }
});

test('formats asked for by name are sent', async () => {
  for (const [name, type] of [
    ['236.jpg', 'image/jpeg'],
    ['236.jpeg', 'image/jpeg'],
    ['236.avif', 'image/avif'],
  ] as const) {
    const answer = await get(name);
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, type]);
    await answer.arrayBuffer();
  }
});

test('ranges are answered in part, and impossible ones refused', async () => {
  for (const name of ['474.webp', 'original.auto']) {
    const whole = Buffer.from(await (await get(name)).arrayBuffer());
    const part = await get(name, { range: 'bytes=10-99' });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 10-99/${whole.length}`);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), whole.subarray(10, 100));
    const last = await get(name, { range: 'bytes=-7' });
    assert.deepEqual(Buffer.from(await last.arrayBuffer()), whole.subarray(-7));
    const beyond = await get(name, { range: `bytes=${whole.length}-` });
    assert.equal(beyond.status, 416);
    assert.equal(beyond.headers.get('content-range'), `bytes */${whole.length}`);
    assert.equal((await get(name, { range: 'bytes=0-9', 'if-range': '"stale"' })).status, 200);
  }
});

test('HEAD answers what GET would, without the bytes', async () => {
  const whole = await (await get('236.webp')).arrayBuffer();
  const head = await fetch(`${site.url}/img/${pin.picture.signature}/236.webp`, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('content-length'), String(whole.byteLength));
});

test('addresses that name no picture are not found', async () => {
  const unknown = 'f'.repeat(64);
  assert.equal((await get('237.webp')).status, 404);
  assert.equal((await get('236.bmp')).status, 404);
  assert.equal((await get('236.webp', {}, unknown)).status, 404);
  assert.equal((await get('236.webp', {}, '..%2f..%2fetc')).status, 404);
  assert.equal((await get('236.webp', {}, unknown.toUpperCase())).status, 404);
});

test('a secret picture is for its owner only, and no shared cache may keep it', async () => {
  const board = await ada.board('Secret', { secret: true });
  const { picture } = await ada.pin(board.id, await softPicture(1));
  const other = await site.member('other');
  const ask = (headers: Record<string, string> = {}) => get('236.webp', headers, picture.signature);
  const own = await ask({ cookie: ada.cookie ?? '' });
  assert.equal(own.status, 200);
  assert.match(own.headers.get('cache-control') ?? '', /^private/);
  assert.doesNotMatch(own.headers.get('cache-control') ?? '', /immutable|public/);
  const etag = own.headers.get('etag') ?? '';
  for (const headers of [{}, { cookie: other.cookie ?? '' }]) {
    assert.equal((await ask(headers)).status, 404);
    assert.equal((await ask({ ...headers, 'if-none-match': etag })).status, 404);
    assert.equal((await ask({ ...headers, range: 'bytes=0-9' })).status, 404);
    assert.equal((await fetch(`${site.url}/api/media/${picture.signature}`, { headers })).status, 404);
  }
});

test('an upload that is on no board yet is for its uploader only', async () => {
  const media = await ada.upload(await softPicture(2));
  const ask = (headers: Record<string, string>) => get('236.webp', headers, media.picture.signature);
  assert.equal((await ask({})).status, 404);
  assert.equal((await ask({ cookie: ada.cookie ?? '' })).status, 200);
});

test('a picture that is public on one board and secret on another is public', async () => {
  const bytes = await softPicture(3);
  const { picture } = await ada.pin((await ada.board('Also secret', { secret: true })).id, bytes);
  assert.equal((await get('236.webp', {}, picture.signature)).status, 404);
  const shown = await ada.pin((await ada.board('Also public')).id, bytes);
  assert.equal((await get('236.webp', {}, picture.signature)).status, 200);
  await ada.expect(204, 'DELETE', `/api/pins/${shown.id}`);
  assert.equal((await get('236.webp', {}, picture.signature)).status, 404);
});
