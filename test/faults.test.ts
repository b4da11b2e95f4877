/** Faults of our own: clients learn that there was one, and nothing of what it was. */
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { PinView } from '#services/pins/contract';
import { softPicture } from './support/pictures.ts';
import { type Site, startSite } from './support/site.ts';
import { assertRefused, type Visitor } from './support/visitor.ts';

let site: Site;
let ada: Visitor;
let pin: PinView;
before(async () => {
  site = await startSite({ logLevel: 'silent' });
  ada = await site.member('ada');
  pin = await ada.pin((await ada.board('Board')).id, await softPicture(1));
  await site.drain();
});
after(() => site.stop());

const inside =
  /sqlite|select |node:|node_modules|\.ts\b|at async|EISDIR|ENOENT|\/tmp|data\/|stack|undefined/i;

test('an address of the API that does not exist is answered in JSON', async () => {
  assertRefused(await ada.get('/api/nothing-here'), 404, 'not_found');
  assertRefused(await ada.post('/api/feed/home', {}), 404, 'not_found');
});

test('a body that is no JSON, too long, or of another type is refused', async () => {
  const send = (body: string, type = 'application/json') =>
    ada.call('POST', '/api/boards', new TextEncoder().encode(body), { 'content-type': type });
  assertRefused(await send('{"name":'), 400, 'invalid_input');
  assertRefused(await send('[]'), 400, 'invalid_input');
  assertRefused(await send(`{"name":"${'x'.repeat(300_000)}"}`), 413, 'too_large');
  assertRefused(await send('<name/>', 'application/xml'), 415, 'unsupported');
});

test('a blob that cannot be read is an internal fault that tells nothing', async () => {
  const folder = path.join('pictures', pin.picture.signature.slice(0, 2), pin.picture.signature);
  const file = path.join(site.data, 'blobs/files', folder, '736.webp');
  await rm(file);
  await mkdir(file);
  const answer = await ada.get(`/img/${pin.picture.signature}/736.webp`);
  assert.ok(answer.status >= 500, `${answer.status}`);
  const { error } = assertRefused(answer, answer.status, answer.status === 503 ? 'unavailable' : 'internal');
  assert.doesNotMatch(error.message, inside);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
});

test('with an engine gone, requests that need it fail without a word of why', async () => {
  await site.app.engines.textIndex.close();
  const answer = await ada.get('/api/search?q=bridge');
  assert.ok(answer.status >= 500, `${answer.status}`);
  assert.doesNotMatch(JSON.stringify(answer.body), inside);
  assert.match(answer.headers.get('x-request-id') ?? '', /.+/);
  assert.equal((await ada.get('/api/me')).status, 200);
});
