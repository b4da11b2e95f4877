import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headTags } from './head.ts';

const address = { origin: 'https://pins.example.org', path: '/pin/5' };

test('link previews get absolute addresses', () => {
  const image = { url: '/img/abc/1200.jpg', width: 1200, height: 800, alt: 'A "pie"' };
  const tags = headTags({ title: 'Pie', description: 'Baked', image }, address);
  assert.ok(tags.includes('property="og:image" content="https://pins.example.org/img/abc/1200.jpg"'));
  assert.ok(tags.includes('property="og:url" content="https://pins.example.org/pin/5"'));
  assert.ok(tags.includes('content="A &quot;pie&quot;"'));
});

test('a hidden page tells nothing but its title, and asks not to be indexed', () => {
  const tags = headTags({ title: 'Secret plans', description: 'hush', hidden: true }, address);
  assert.ok(tags.includes('noindex'));
  assert.ok(!tags.includes('hush') && !tags.includes('og:'));
});
