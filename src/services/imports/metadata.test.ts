import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMetadata } from './metadata.ts';

test('title, words, label and credit are read', () => {
  const line = {
    file: './images/a.jpg',
    title: ' Apple Pie ',
    tags: ['pie', 'pie', 3],
    label: 'dessert',
    author: 'Ann',
    source_url: 'https://example.org/pie',
    licence: 'CC0-1.0',
    category: 'food',
  };
  assert.deepEqual(readMetadata(JSON.stringify(line)), {
    file: 'images/a.jpg',
    title: 'Apple Pie',
    description: '',
    altText: '',
    category: 'food',
    tags: ['pie', 'dessert'],
    link: 'https://example.org/pie',
    credit: { author: 'Ann', source: 'https://example.org/pie', licence: 'CC0-1.0' },
  });
});

test('a line that is not JSON or names no file is passed over', () => {
  assert.equal(readMetadata('{"file": 3}'), undefined);
  assert.equal(readMetadata('not json'), undefined);
  assert.equal(readMetadata('null'), undefined);
});

test('a link that is no web address is dropped and long words are cut to their limit', () => {
  const read = readMetadata(
    JSON.stringify({ file: 'a.jpg', source_url: 'javascript:alert(1)', title: 'x'.repeat(500) }),
  );
  assert.equal(read?.link, null);
  assert.equal(read?.title.length, 200);
});
