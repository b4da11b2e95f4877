import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { InvalidInputError, UnavailableError, UnsupportedError } from '#kernel/errors';
import { beginning } from './body.ts';
import { Fetcher } from './fetcher.ts';
import type { Resolve } from './guarded-agent.ts';

type Page = (request: IncomingMessage, response: ServerResponse) => void;

const redirect =
  (to: string): Page =>
  (_, response) =>
    response.writeHead(302, { location: to }).end();

describe('Fetcher', () => {
  let server: Server;
  let base = '';
  let visits: string[] = [];
  const pages: Record<string, Page> = {};
  const fetcher = new Fetcher({ allowLoopback: true });

  before(async () => {
    server = createServer((request, response) => {
      visits.push(request.url ?? '');
      const page = pages[request.url ?? ''];
      if (page) page(request, response);
      else response.writeHead(404).end('nothing');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const text = (path: string, from = fetcher) =>
    from.get(path.startsWith('/') ? base + path : path, '*/*', async ({ body, url, type, charset }) => ({
      text: (await buffer(body)).toString(),
      url: url.href,
      type,
      charset,
    }));

  it('gives the body, where it was found, its type and charset', async () => {
    pages['/plain'] = (_, response) =>
      response.writeHead(200, { 'content-type': 'Text/HTML; Charset="ISO-8859-1"' }).end('hello');
    const found = await text('/plain');
    assert.deepEqual(found, {
      text: 'hello',
      url: `${base}/plain`,
      type: 'text/html',
      charset: 'iso-8859-1',
    });
  });

  it('follows five redirects, relative ones too, and not six', async () => {
    pages['/hop5'] = (_, response) => response.end('there');
    for (const hop of [4, 3, 2, 1, 0])
      pages[`/hop${hop}`] = redirect(hop % 2 ? `hop${hop + 1}` : `${base}/hop${hop + 1}`);
    assert.deepEqual((await text('/hop0')).url, `${base}/hop5`);
    pages['/hop-1'] = redirect('/hop0');
    await assert.rejects(text('/hop-1'), /redirect more than 5 times/);
    pages['/loop'] = redirect('/loop');
    await assert.rejects(text('/loop'), InvalidInputError);
  });

  it('never follows a redirect to an inner address, another scheme or a password', async () => {
    const traps = [
      'http://10.0.0.1/',
      'http://169.254.169.254/latest/',
      'http://[fd00::1]/',
      'file:///etc/passwd',
      'http://a:b@example.org/',
    ];
    for (const [at, trap] of traps.entries()) {
      pages[`/trap${at}`] = redirect(trap);
      await assert.rejects(text(`/trap${at}`), InvalidInputError, trap);
    }
  });

  it('does not reach this machine unless it is told to', async () => {
    visits = [];
    const strict = new Fetcher({});
    await assert.rejects(
      strict.get(`${base}/plain`, '*/*', async () => 1),
      InvalidInputError,
    );
    const named = new Fetcher({
      resolve: (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    });
    await assert.rejects(
      named.get('http://inner.example/plain', '*/*', async () => 1),
      /public address/,
    );
    assert.deepEqual(visits, []);
  });

  it('asks for a name once and connects to the very address that it checked', async () => {
    const answers = ['127.0.0.1', '10.0.0.1'];
    let asked = 0;
    const rebinding: Resolve = (_, __, done) => {
      asked += 1;
      done(null, [{ address: answers.shift() ?? '10.0.0.1', family: 4 }]);
    };
    pages['/named'] = (_, response) => response.end('named');
    const { port } = new URL(base);
    const found = await text(
      `http://site.example:${port}/named`,
      new Fetcher({ allowLoopback: true, resolve: rebinding }),
    );
    assert.equal(found.text, 'named');
    assert.equal(asked, 1);
  });

  it('uses the public ones of the addresses of a name, and none when all are inner', async () => {
    const both: Resolve = (_, __, done) =>
      done(null, [
        { address: '10.0.0.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
        { address: 'fd00::1', family: 6 },
      ]);
    const { port } = new URL(base);
    const found = await text(
      `http://site.example:${port}/named`,
      new Fetcher({ allowLoopback: true, resolve: both }),
    );
    assert.equal(found.text, 'named');
    await assert.rejects(text('http://site.example/named', new Fetcher({ resolve: both })), /public address/);
  });

  it('undoes compression', async () => {
    pages['/gzip'] = (_, response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync('squeezed'));
    pages['/brotli'] = (_, response) =>
      response.setHeader('content-encoding', 'br').end(brotliCompressSync('squeezed'));
    pages['/odd'] = (_, response) => response.setHeader('content-encoding', 'compress').end('x');
    assert.equal((await text('/gzip')).text, 'squeezed');
    assert.equal((await text('/brotli')).text, 'squeezed');
    await assert.rejects(text('/odd'), UnsupportedError);
  });

  it('reads a compressed bomb only as far as it is asked to', async () => {
    pages['/bomb'] = (_, response) =>
      response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(200_000_000)));
    const read = await fetcher.get(`${base}/bomb`, '*/*', async ({ body }) => {
      let bytes = 0;
      for await (const chunk of beginning(body, 1_000_000)) bytes += chunk.length;
      return bytes;
    });
    assert.equal(read, 1_000_000);
  });

  it('gives up on a site that is slow to answer, slow to go on, or redirects slowly', async () => {
    pages['/silent'] = () => undefined;
    pages['/drip'] = (_, response) => response.writeHead(200).write('a little');
    pages['/to-silent'] = redirect('/silent');
    const hasty = new Fetcher({ allowLoopback: true, timeoutMs: 150 });
    for (const path of ['/silent', '/drip', '/to-silent']) {
      await assert.rejects(
        text(path, hasty),
        (error) => error instanceof UnavailableError && /too long/.test(error.message),
        path,
      );
    }
  });

  it('says what went wrong with the other site', async () => {
    pages['/broken'] = (_, response) => response.writeHead(503).end();
    pages['/cut'] = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('ten bytes.', () => response.destroy());
    };
    await assert.rejects(
      text('/missing'),
      (error) => error instanceof InvalidInputError && /404/.test(error.message),
    );
    await assert.rejects(
      text('/broken'),
      (error) => error instanceof UnavailableError && /503/.test(error.message),
    );
    await assert.rejects(text('/cut'), UnavailableError);
    const nowhere: Resolve = (_, __, done) =>
      done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
    await assert.rejects(
      text('http://nowhere.example/', new Fetcher({ resolve: nowhere })),
      /a site that exists/,
    );
  });
});
