/** Saves from pages: what is taken from them, and which addresses are never asked. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Id } from '#kernel/ids';
import type { JobView } from '#services/jobs/contract';
import type { PagePreview } from '#services/media/contract';
import type { PinView } from '#services/pins/contract';
import { bulkyJpeg, decompressionBomb } from './support/bad-pictures.ts';
import { photo, softPicture } from './support/pictures.ts';
import { type Site, startSite } from './support/site.ts';
import { assertRefused, type Visitor } from './support/visitor.ts';
import { answer, redirect, serveWeb, type WebServer } from './support/web-server.ts';

const page = `<!doctype html><html><head><title>Plain title</title>
<meta property="og:title" content="Boats &amp; harbours"><meta property="og:description" content="How they looked">
<meta property="og:site_name" content="Old Harbours"><meta property="og:image" content="/boats.jpg">
</head><body><img src="/small.jpg" alt="a small one" width="300" height="200"></body></html>`;

let site: Site;
let closed: Site;
let web: WebServer;
let ada: Visitor;
let boardId: Id;
before(async () => {
  site = await startSite({ limits: { bytes: 600_000, pixels: 100_000_000, frames: 20 } });
  closed = await startSite({ allowLoopback: false });
  web = await serveWeb({
    '/page': answer('text/html; charset=utf-8', page),
    '/moved': redirect('/page'),
    '/boats.jpg': answer('image/jpeg', await photo('boats')),
    '/small.jpg': answer('image/jpeg', await softPicture(1)),
    '/lonely.jpg': answer('image/jpeg', await softPicture(2)),
    '/text': answer('text/plain', 'no pictures here'),
    '/bare': answer('text/html', '<title>Bare</title><p>words only'),
    '/bomb.png': answer('image/png', decompressionBomb()),
    '/lie.jpg': answer('image/jpeg', 'this is text'),
    '/bulky.jpg': answer('image/jpeg', await bulkyJpeg(1000)),
    '/loop': redirect('/loop'),
  });
  ada = await site.member('ada');
  boardId = (await ada.board('From the web')).id;
});
after(async () => {
  await Promise.all([site.stop(), closed.stop(), web[Symbol.asyncDispose]()]);
});

/** Saves and waits for the job's end by asking as the browser does. */
async function save(visitor: Visitor, input: object): Promise<JobView> {
  const { job } = await visitor.expect<{ job: string }>(202, 'POST', '/api/pins/from-url', input);
  for (;;) {
    const view = await visitor.read<JobView>(`/api/jobs/${job}`);
    if (view.state === 'done' || view.state === 'failed') return view;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('a preview tells what a page offers, after redirects', async () => {
  const preview = await ada.expect<PagePreview>(200, 'POST', '/api/media/preview', {
    url: `${web.url}/moved`,
  });
  assert.equal(preview.url, `${web.url}/page`);
  assert.equal(preview.title, 'Boats & harbours');
  assert.equal(preview.description, 'How they looked');
  assert.equal(preview.site, 'Old Harbours');
  assert.equal(preview.pictures[0]?.url, `${web.url}/boats.jpg`);
  assert.ok(preview.pictures.some(({ url, alt }) => url === `${web.url}/small.jpg` && alt === 'a small one'));
});

test("a page's best picture becomes a pin with the page as its link", async () => {
  const job = await save(ada, { boardId, url: `${web.url}/page` });
  assert.equal(job.state, 'done', job.error ?? '');
  const pin = await ada.read<PinView>(`/api/pins/${job.result?.['pinId']}`);
  assert.equal(pin.link, `${web.url}/page`);
  assert.equal(pin.title, 'Boats & harbours');
  assert.deepEqual([pin.picture.state, pin.board.id], ['ready', boardId]);
  assert.equal((await fetch(`${site.url}/img/${pin.picture.signature}/236.webp`)).status, 200);
});

test('a chosen picture and own words win', async () => {
  const job = await save(ada, {
    boardId,
    url: `${web.url}/page`,
    pictureUrl: `${web.url}/small.jpg`,
    title: 'Mine',
  });
  assert.equal(job.state, 'done', job.error ?? '');
  const pin = await ada.read<PinView>(`/api/pins/${job.result?.['pinId']}`);
  assert.deepEqual([pin.title, pin.picture.width], ['Mine', 300]);
});

test("a picture's own address is saved too", async () => {
  const job = await save(ada, { boardId, url: `${web.url}/lonely.jpg` });
  assert.equal(job.state, 'done', job.error ?? '');
});

test('what cannot be saved fails at once, in words, and leaves no pin', async () => {
  const pins = async () => (await ada.read<{ items: unknown[] }>(`/api/boards/${boardId}/pins`)).items.length;
  const before = await pins();
  const bad = ['/text', '/bare', '/missing', '/lie.jpg', '/bomb.png', '/bulky.jpg', '/loop'];
  for (const path of bad) {
    const job = await save(ada, { boardId, url: web.url + path });
    assert.equal(job.state, 'failed', path);
    assert.ok(job.error && job.error.length > 5, path);
    assert.doesNotMatch(job.error, /undici|vips|ECONN|at Object|node_modules/, path);
  }
  assert.equal(await pins(), before);
});

test('how a save is going is told to its submitter only', async () => {
  const { job } = await ada.expect<{ job: string }>(202, 'POST', '/api/pins/from-url', {
    boardId,
    url: `${web.url}/page`,
  });
  const other = await site.member('other');
  assertRefused(await other.get(`/api/jobs/${job}`), 404, 'not_found');
  assertRefused(await site.visitor().get(`/api/jobs/${job}`), 401, 'unauthenticated');
  assertRefused(await ada.get('/api/jobs/999999999'), 404, 'not_found');
  await site.drain();
});

test('a save is refused for strangers, foreign boards and odd addresses', async () => {
  const url = `${web.url}/page`;
  const other = await site.member('another');
  assertRefused(await site.visitor().post('/api/pins/from-url', { boardId, url }), 401, 'unauthenticated');
  assertRefused(await other.post('/api/pins/from-url', { boardId, url }), 403, 'forbidden');
  for (const odd of ['ftp://example.org/a.jpg', 'file:///etc/passwd', 'javascript:alert(1)', 'nonsense']) {
    assertRefused(await ada.post('/api/pins/from-url', { boardId, url: odd }), 400, 'invalid_input', 'url');
    assertRefused(await ada.post('/api/media/preview', { url: odd }), 400, 'invalid_input', 'url');
  }
  assertRefused(await site.visitor().post('/api/media/preview', { url }), 401, 'unauthenticated');
});

test('internal addresses are never asked', async () => {
  const port = new URL(web.url).port;
  const visitor = await closed.member('ada');
  const board = await visitor.board('Closed');
  const internal = [
    `http://127.0.0.1:${port}/boats.jpg`,
    `http://localhost:${port}/boats.jpg`,
    `http://[::1]:${port}/boats.jpg`,
    `http://[::ffff:127.0.0.1]:${port}/boats.jpg`,
    `http://2130706433:${port}/boats.jpg`,
    `http://0x7f.1:${port}/boats.jpg`,
    `http://0.0.0.0:${port}/boats.jpg`,
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/a.jpg',
    'http://192.168.1.1/a.jpg',
    'http://172.16.0.1/a.jpg',
    'http://100.64.0.1/a.jpg',
    'http://[fd00::1]/a.jpg',
    'http://[fe80::1]/a.jpg',
  ];
  const asked = web.asked.length;
  for (const url of internal) {
    const answered = await visitor.post('/api/media/preview', { url });
    assert.ok(
      [400, 403].includes(answered.status),
      `${url}: ${answered.status} ${JSON.stringify(answered.body)}`,
    );
    const job = await save(visitor, { boardId: board.id, url });
    assert.equal(job.state, 'failed', url);
  }
  assert.equal(web.asked.length, asked);
});

test('a redirect to an internal address is not followed', async () => {
  await using outside = await serveWeb({
    '/a': redirect('http://169.254.169.254/latest/meta-data/'),
    '/b': redirect('http://10.0.0.1/'),
    '/c': redirect('file:///etc/passwd'),
  });
  for (const path of ['/a', '/b', '/c']) {
    const answered = await ada.post('/api/media/preview', { url: outside.url + path });
    assert.ok(
      [400, 403].includes(answered.status),
      `${path}: ${answered.status} ${JSON.stringify(answered.body)}`,
    );
    assert.equal((await save(ada, { boardId, url: outside.url + path })).state, 'failed');
  }
});
