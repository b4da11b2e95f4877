import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeHtml } from './charset.ts';
import { pictureItself, previewOf } from './preview.ts';
import { gatherSignals } from './signals.ts';

const url = new URL('https://www.example.org/recipes/pie.html');

/** Cut into small pieces, as a network may. */
async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}

async function preview(html: string | Buffer, charset = '') {
  const bytes = typeof html === 'string' ? Buffer.from(html) : html;
  return previewOf(await gatherSignals(decodeHtml(pieces(bytes), charset)), url);
}

const urls = (found: { pictures: { url: string }[] }): string[] =>
  found.pictures.map((picture) => picture.url);

describe('page previews', () => {
  it('take Open Graph words and structured pictures first', async () => {
    const found = await preview(`<html><head><title>Plain</title>
      <meta property="og:title" content="Apple &amp; pear pie"><meta property="og:description" content="Warm.">
      <meta property="og:site_name" content="Kitchen"><meta name="author" content="Ada">
      <meta property="og:image" content="/a.jpg"><meta property="og:image:width" content="1200">
      <meta property="og:image:height" content="800"><meta property="og:image:alt" content="A pie">
      <meta property="og:image" content="http://cdn.example.org/b.jpg">
      <meta property="og:image:secure_url" content="https://cdn.example.org/b.jpg"></head></html>`);
    assert.deepEqual(found, {
      url: url.href,
      title: 'Apple & pear pie',
      description: 'Warm.',
      site: 'Kitchen',
      author: 'Ada',
      pictures: [
        { url: 'https://www.example.org/a.jpg', alt: 'A pie', width: 1200, height: 800 },
        { url: 'https://cdn.example.org/b.jpg', alt: '', width: null, height: null },
      ],
    });
  });

  it('fall back to Twitter cards, then JSON-LD, then the plain title', async () => {
    const card = await preview(
      '<meta name="twitter:title" content="Card"><meta name="twitter:image" content="c.png">',
    );
    assert.deepEqual([card.title, urls(card)], ['Card', ['https://www.example.org/recipes/c.png']]);
    const plain = await preview('<title> Just\n a page </title><meta name=description content=Words>');
    assert.deepEqual([plain.title, plain.description, plain.site], ['Just a page', 'Words', 'example.org']);
    assert.deepEqual(plain.pictures, []);
  });

  it('read schema.org data in its many shapes', async () => {
    const shapes = [
      {
        '@type': 'Recipe',
        name: 'Pie',
        description: 'Warm',
        author: { name: 'Ada' },
        image: ['/1.jpg', { url: '/2.jpg', width: '640', height: { value: 480 }, caption: 'Two' }],
      },
      {
        '@graph': [
          { '@type': 'WebSite', name: 'Not this' },
          {
            '@type': 'Article',
            headline: 'Pie',
            description: 'Warm',
            author: ['Ada'],
            image: { '@id': '/1.jpg' },
          },
        ],
      },
      [
        { '@type': 'Organization', name: 'Not this', image: '/logo.png' },
        {
          '@type': 'ImageObject',
          contentUrl: '/1.jpg',
          name: 'Pie',
          description: 'Warm',
          author: [{ name: 'Ada' }],
        },
      ],
    ];
    for (const shape of shapes) {
      const found = await preview(
        `<script type="application/ld+json">${JSON.stringify(shape)}</script><title>T</title>`,
      );
      assert.deepEqual([found.title, found.description, found.author], ['Pie', 'Warm', 'Ada']);
      assert.equal(found.pictures[0]?.url, 'https://www.example.org/1.jpg');
      assert.ok(!urls(found).some((link) => link.includes('logo')));
    }
    const [recipe] = shapes;
    const found = await preview(`<script type="application/ld+json">${JSON.stringify(recipe)}</script>`);
    assert.deepEqual(found.pictures[1], {
      url: 'https://www.example.org/2.jpg',
      alt: 'Two',
      width: 640,
      height: 480,
    });
  });

  it('ignore schema.org data that is broken or endless', async () => {
    const deep = `${'['.repeat(2000)}{"image":"/x.jpg"}${']'.repeat(2000)}`;
    for (const text of ['{"name": "Pie"', 'null', '7', '"text"', deep]) {
      const found = await preview(`<script type="application/ld+json">${text}</script><title>Kept</title>`);
      assert.equal(found.title, 'Kept');
    }
  });

  it('order pictures in the text by size, largest source of each, without icons', async () => {
    const found = await preview(`<link rel="image_src" href="/first.jpg">
      <img src="/icon.png" width=16 height=16><img src="/unknown.jpg" alt="Unknown">
      <img src="/small.jpg" srcset="/mid.jpg 600w, /big,1600.jpg 1600w, /low.jpg 1x" width="300" height="200">
      <img data-src="/lazy.jpg" src="data:image/gif;base64,R0lGOD" width="200px" height="150">
      <img src="/drawing.svg" width=900 height=900><img alt="nothing">`);
    assert.deepEqual(urls(found), [
      'https://www.example.org/first.jpg',
      'https://www.example.org/big,1600.jpg',
      'https://www.example.org/unknown.jpg',
      'https://www.example.org/lazy.jpg',
    ]);
    assert.deepEqual(found.pictures[1], { url: urls(found)[1], alt: '', width: 1600, height: 1067 });
  });

  it('obey <base>, name each picture once, and keep what later mentions add', async () => {
    const found = await preview(`<base href="https://cdn.example.org/x/"><base href="https://wrong.example/">
      <meta property="og:image" content="y.jpg"><img src="../x/y.jpg#top" alt="Why" width=640 height=480>`);
    assert.deepEqual(found.pictures, [
      { url: 'https://cdn.example.org/x/y.jpg', alt: 'Why', width: 640, height: 480 },
    ]);
  });

  it('leave out addresses that are not of the web', async () => {
    const found =
      await preview(`<base href="javascript:1"><meta property="og:image" content="javascript:alert(1)">
      <img src="file:///etc/passwd"><img src="http://[broken"><img src="data:image/png;base64,AA"><img src="ok.jpg">`);
    assert.deepEqual(urls(found), ['https://www.example.org/recipes/ok.jpg']);
  });

  it('keep titles out of drawings and survive broken markup', async () => {
    const found = await preview(
      '<svg><title>Icon</title></svg><title>Page</title><div <p><img src="a.jpg" <b>',
    );
    assert.deepEqual([found.title, urls(found)], ['Page', ['https://www.example.org/recipes/a.jpg']]);
  });

  it('bound what they take from a page without end', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => `<img src="/${i}.jpg">`).join('');
    const found = await preview(`<title>${'long '.repeat(5000)}</title>${many}`);
    assert.equal(found.pictures.length, 60);
    assert.ok(found.title.length <= 500);
  });
});

describe('charsets', () => {
  const latin = (head: string): Buffer => Buffer.from(`${head}<title>caf\xe9</title>`, 'latin1');

  it('come from the server, a byte order mark, or the page, in this order', async () => {
    assert.equal((await preview(latin(''), 'iso-8859-1')).title, 'café');
    assert.equal((await preview(latin('<meta charset="windows-1252">'))).title, 'café');
    const equivalent = '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">';
    assert.equal((await preview(latin(equivalent))).title, 'café');
    assert.equal((await preview('<meta charset=iso-8859-1><title>café</title>', 'utf-8')).title, 'café');
    const marked = Buffer.from('\ufeff<title>café</title>', 'utf16le');
    assert.equal((await preview(marked, 'iso-8859-1')).title, 'café');
    const japanese = Buffer.concat([
      Buffer.from('<meta charset=shift_jis><title>'),
      Buffer.from([0x93, 0xfa, 0x96, 0x7b]),
      Buffer.from('</title>'),
    ]);
    assert.equal((await preview(japanese)).title, '日本');
  });

  it('fall back to UTF-8 for unknown labels, over any cut of the bytes', async () => {
    assert.equal(
      (await preview(`<meta charset="no-such"><title>${'日本'.repeat(20)}</title>`, 'nonsense')).title,
      '日本'.repeat(20),
    );
    assert.equal((await preview(`<!--${'x'.repeat(2000)}--><title>😀é</title>`)).title, '😀é');
  });
});

describe('a picture at its own address', () => {
  it('offers itself, named after its file', () => {
    const found = pictureItself(new URL('https://www.example.org/p/blue-sky_at%20noon.jpeg?w=1'));
    assert.deepEqual([found.title, found.site], ['blue sky at noon', 'example.org']);
    assert.deepEqual(urls(found), ['https://www.example.org/p/blue-sky_at%20noon.jpeg?w=1']);
    assert.equal(pictureItself(new URL('https://example.org/%E0%A4%A')).pictures.length, 1);
  });
});
