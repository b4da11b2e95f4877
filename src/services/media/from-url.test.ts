import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { noise } from '#engines/pictures/contract-samples';
import { InvalidInputError, TooLargeError, UnsupportedError } from '#kernel/errors';
import { type MediaBed, openMediaBed, somebody } from '../../../test/support/media-bed.ts';

const ada = somebody(1);

interface Page {
  readonly type: string;
  readonly body: Buffer | string;
  readonly headers?: Record<string, string>;
}

describe('pictures from the web', () => {
  let bed: MediaBed;
  let strict: MediaBed;
  let server: Server;
  let base = '';
  const pages: Record<string, Page> = {};
  before(async () => {
    bed = await openMediaBed();
    strict = await openMediaBed({ fetch: {} });
    server = createServer((request, response) => {
      const page = pages[request.url ?? ''];
      if (!page) return response.writeHead(404).end();
      return response.writeHead(200, { 'content-type': page.type, ...page.headers }).end(page.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const photo = await noise(50, 30).jpeg().toBuffer();
    pages['/photo.jpg'] = { type: 'image/jpeg', body: photo };
    pages['/untyped'] = { type: 'application/octet-stream', body: photo };
    pages['/squeezed'] = {
      type: 'image/jpeg',
      body: gzipSync(photo),
      headers: { 'content-encoding': 'gzip' },
    };
    pages['/page'] = {
      type: 'text/html; charset=utf-8',
      body: '<title>A page</title><img src="photo.jpg" alt="Noise">',
    };
    pages['/liar.jpg'] = { type: 'image/jpeg', body: 'this is text' };
    pages['/drawing.svg'] = { type: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' };
    pages['/paper.pdf'] = { type: 'application/pdf', body: '%PDF-1.7' };
    pages['/bomb.jpg'] = {
      type: 'image/jpeg',
      body: gzipSync(Buffer.alloc(50_000_000)),
      headers: { 'content-encoding': 'gzip' },
    };
    pages['/long'] = {
      type: 'text/html',
      body: `<title>Long</title>${'<p>words</p>'.repeat(400_000)}<img src="late.jpg">`,
    };
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await bed.close();
    await strict.close();
  });

  it('are taken in like uploads, compressed on the way or not, typed or not', async () => {
    const first = await bed.media.ingestUrl(ada, `${base}/photo.jpg`);
    assert.deepEqual([first.picture.width, first.picture.state], [50, 'ready']);
    for (const name of ['/untyped', '/squeezed']) {
      assert.deepEqual(await bed.media.ingestUrl(ada, base + name), first);
    }
  });

  it('are refused when the address leads to anything else', async () => {
    const cases = {
      '/page': /text\/html/,
      '/liar.jpg': /must be a JPEG/,
      '/drawing.svg': /svg/,
      '/paper.pdf': /pdf/,
    };
    for (const [name, words] of Object.entries(cases)) {
      const refused = (error: unknown): boolean =>
        error instanceof UnsupportedError && words.test(error.message);
      await assert.rejects(bed.media.ingestUrl(ada, base + name), refused, name);
    }
    await assert.rejects(bed.media.ingestUrl(ada, `${base}/missing`), InvalidInputError);
    assert.deepEqual(await bed.leftOvers(), []);
  });

  it('are counted after decompression', async () => {
    await assert.rejects(
      bed.media.ingestUrl(ada, `${base}/bomb.jpg`),
      (error) =>
        error instanceof TooLargeError && error.message === 'url must lead to a picture of at most 1 MB',
    );
    assert.deepEqual(await bed.leftOvers(), []);
  });

  it('are never fetched from inner addresses', async () => {
    for (const url of [
      `${base}/photo.jpg`,
      'http://localhost/',
      'http://[::1]/',
      'http://169.254.169.254/',
    ]) {
      await assert.rejects(strict.media.ingestUrl(ada, url), InvalidInputError, url);
      await assert.rejects(strict.media.preview(ada, url), InvalidInputError, url);
    }
  });

  it('are offered from a page, or as themselves', async () => {
    const page = await bed.media.preview(ada, `${base}/page`);
    assert.deepEqual([page.title, page.url], ['A page', `${base}/page`]);
    assert.deepEqual(page.pictures, [{ url: `${base}/photo.jpg`, alt: 'Noise', width: null, height: null }]);
    const itself = await bed.media.preview(ada, `${base}/photo.jpg`);
    assert.deepEqual(
      itself.pictures.map(({ url }) => url),
      [`${base}/photo.jpg`],
    );
  });

  it('are looked for in pages and pictures only, and in the beginning of long ones', async () => {
    for (const name of ['/paper.pdf', '/drawing.svg', '/untyped']) {
      await assert.rejects(bed.media.preview(ada, base + name), UnsupportedError, name);
    }
    const long = await bed.media.preview(ada, `${base}/long`);
    assert.deepEqual([long.title, long.pictures], ['Long', []]);
  });
});
