/** Pages as the server renders them, before any script runs. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BoardView } from '#services/boards/contract';
import type { PinView } from '#services/pins/contract';
import { photo } from './support/pictures.ts';
import { type Site, startSite } from './support/site.ts';
import type { Visitor } from './support/visitor.ts';

let site: Site;
let ada: Visitor;
let board: BoardView;
let pin: PinView;
const evil = '"><script>alert(1)</script>';
before(async () => {
  site = await startSite();
  ada = await site.member('ada');
  board = await ada.board('Harbours');
  const credit = { author: 'A. Photographer', source: 'https://example.org', licence: 'CC BY 4.0' };
  pin = await ada.pin(board.id, await photo('boats'), {
    title: 'Boats at rest',
    description: 'An old photo',
    credit,
  });
  await ada.pin(board.id, await photo('cat'), { title: evil, description: `</script>${evil}` });
  await site.drain();
});
after(() => site.stop());

const html = { accept: 'text/html' };

/** The content of a meta tag by its name or property, entities undone. */
function meta(page: string, name: string): string | undefined {
  const tag = new RegExp(`<meta[^>]+(?:name|property)="${name}"[^>]*>`).exec(page)?.[0];
  return /content="([^"]*)"/.exec(tag ?? '')?.[1]?.replaceAll('&amp;', '&');
}

test('the pages for everybody come rendered, with a title', async () => {
  const pages = [
    `/`,
    `/pin/${pin.id}`,
    `/board/${board.id}`,
    '/@ada',
    '/@ada/pins',
    '/search?q=boats',
    '/signin',
    '/signup',
  ];
  for (const path of pages) {
    const answer = await site.visitor().get<string>(path, html);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers.get('content-type') ?? '', /text\/html/);
    assert.match(answer.body, /<title>[^<]+<\/title>/, path);
    assert.match(answer.body, /<html[^>]+lang="/, path);
  }
});

test('the first paint of home, board, search and profile holds the pictures already', async () => {
  for (const path of ['/', `/board/${board.id}`, '/search?q=boats', '/@ada/pins']) {
    const { body } = await site.visitor().get<string>(path, html);
    assert.match(body, new RegExp(`<img[^>]+${pin.picture.signature}`), path);
  }
});

test('a pin tells other sites its title, words and picture', async () => {
  const { body } = await site.visitor().get<string>(`/pin/${pin.id}`, html);
  assert.equal(meta(body, 'og:title'), 'Boats at rest');
  assert.match(meta(body, 'og:description') ?? '', /An old photo/);
  const image = meta(body, 'og:image') ?? '';
  assert.ok(image.startsWith(site.url), image);
  assert.equal((await fetch(image)).status, 200);
  assert.match(body, /A\. Photographer/);
  assert.match(body, /CC BY 4\.0/);
});

test('what people write stays text', async () => {
  for (const path of ['/', `/board/${board.id}`, `/search?q=${encodeURIComponent(evil)}`]) {
    const { body } = await site.visitor().get<string>(path, html);
    assert.ok(!body.includes('<script>alert(1)'), path);
  }
});

test('only scripts with the nonce of the page run', async () => {
  const first = await site.visitor().get<string>('/', html);
  const policy = first.headers.get('content-security-policy') ?? '';
  const nonce = /script-src[^;]*'nonce-([^']+)'/.exec(policy)?.[1];
  assert.ok(nonce);
  assert.doesNotMatch(/script-src[^;]*/.exec(policy)?.[0] ?? '', /unsafe/);
  for (const [tag] of first.body.matchAll(/<script[^>]*>/g)) {
    assert.ok(
      tag.includes(`nonce="${nonce}"`) || tag.includes('src="/') || tag.includes('application/json'),
      tag,
    );
  }
  const second = await site.visitor().get<string>('/', html);
  assert.notEqual(second.headers.get('content-security-policy'), policy);
  assert.match(first.headers.get('cache-control') ?? '', /private|no-store/);
});

test('what is not there is a page with status 404', async () => {
  for (const path of [
    '/nothing',
    '/pin/103079215104',
    '/board/171798691840',
    '/@nobody-here',
    '/pin/nonsense',
  ]) {
    const answer = await site.visitor().get<string>(path, html);
    assert.equal(answer.status, 404, path);
    assert.match(answer.body, /<html/, path);
  }
});

test('personal pages send strangers to sign in, and members away from it', async () => {
  for (const path of ['/settings', '/following']) {
    const answer = await site.visitor().get(path, html);
    assert.equal(answer.status, 303);
    assert.match(answer.headers.get('location') ?? '', /^\/signin\?next=/);
    assert.equal((await ada.get(path, html)).status, 200);
  }
  assert.equal((await ada.get('/signin', html)).headers.get('location'), '/');
});

test("the browser's files are kept for ever and come compressed", async () => {
  const { body } = await site.visitor().get<string>('/', html);
  const script = /<script[^>]+src="([^"]+)"/.exec(body)?.[1];
  assert.ok(script);
  const answer = await fetch(site.url + script, { headers: { 'accept-encoding': 'br' } });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('cache-control') ?? '', /immutable/);
  assert.equal(answer.headers.get('content-encoding'), 'br');
});

test('the code for the first page is under 150 kB compressed', async () => {
  const { body } = await site.visitor().get<string>('/', html);
  const scripts = new Set(
    [...body.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].flatMap(([, path]) => path ?? []),
  );
  assert.ok(scripts.size > 0);
  let bytes = 0;
  for (const path of scripts) {
    const answer = await fetch(site.url + path, { method: 'HEAD', headers: { 'accept-encoding': 'br' } });
    bytes += Number(answer.headers.get('content-length'));
  }
  assert.ok(bytes > 0 && bytes < 150_000, `${bytes} bytes`);
});
